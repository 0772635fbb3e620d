#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/definitions.h"
#include "engine/base/shell_text.h"

namespace mlx::cli {
namespace {

struct CompletedOption {
  std::vector<std::string> names;  ///< with their dashes
  std::string description;
  std::string value;  ///< what kind: `DIR`, `WHEN`; empty for a flag
};

struct CompletedCommand {
  std::string name;
  std::string description;
  std::vector<CompletedOption> options;
};

std::vector<CompletedCommand> commands_of(const CLI::App& app) {
  std::vector<CompletedCommand> commands;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    CompletedCommand found{
        .name = command->get_name(), .description = command->get_description(), .options = {}};
    for (const CLI::Option* option : command->get_options()) {
      const bool is_shown = !option->get_group().empty() && !option->get_positional();
      if (!is_shown) continue;
      CompletedOption completed{.names = {}, .description = option->get_description(), .value = {}};
      for (const std::string& name : option->get_snames()) completed.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) completed.names.push_back("--" + name);
      const bool takes_value = option->get_items_expected_max() > 0;
      if (takes_value) completed.value = option->get_type_name().empty() ? "TEXT" : option->get_type_name();
      found.options.push_back(std::move(completed));
    }
    commands.push_back(std::move(found));
  }
  return commands;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::vector<std::string> names_of(const CompletedCommand& command) {
  std::vector<std::string> names;
  for (const CompletedOption& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

/// The options of all commands that take a value, once each, as alternatives of a `case`.
std::string options_with_value(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  for (const CompletedCommand& command : commands) {
    for (const CompletedOption& option : command.options) {
      if (option.value.empty()) continue;
      for (const std::string& name : option.names) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      }
    }
  }
  return joined(names, "|");
}

std::string command_names(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CompletedCommand& command : commands) names.push_back(command.name);
  return joined(names, " ");
}

/// What bash and zsh share: the command, and what of the line says which project is meant.
std::string word_loop(const std::vector<CompletedCommand>& commands, std::string_view words,
                      std::string_view first, std::string_view end) {
  return fmt::format(
      "  local command= word i\n"
      "  local -a project=()\n"
      "  for ((i = {1}; i < {2}; i++)); do\n"
      "    word=${{{0}[i]}}\n"
      "    case $word in\n"
      "      -C|--directory|--registry) project+=(\"$word\" \"${{{0}[i + 1]}}\"); i=$((i + 1)) ;;\n"
      "      {3}) i=$((i + 1)) ;;\n"
      "      -*) ;;\n"
      "      *) [[ -n $command ]] || command=$word ;;\n"
      "    esac\n"
      "  done\n",
      words, first, end, options_with_value(commands));
}

std::string option_cases(const std::vector<CompletedCommand>& commands) {
  std::string text;
  for (const CompletedCommand& command : commands) {
    text += fmt::format("      {}) offered='{}' ;;\n", command.name, joined(names_of(command), " "));
  }
  return text;
}

std::string name_cases(const std::vector<CompletedCommand>& commands) {
  return fmt::format(
      "      add|info) offered=$(mlx list --names \"${{project[@]}}\" 2>/dev/null) ;;\n"
      "      diff|remove|update) offered=$(mlx list --names --installed \"${{project[@]}}\" 2>/dev/null) ;;\n"
      "      help) offered='{}' ;;\n"
      "      completion) offered='bash zsh fish' ;;\n",
      command_names(commands));
}

/// The cases of the word before that bash and zsh know alike, with the end of the `case`.
std::string offers(const std::vector<CompletedCommand>& commands) {
  return "    --color) offered='auto always never' ;;\n"
         "    " +
         options_with_value(commands) +
         ") return ;;\n"
         "    *) if [[ -z $command ]]; then\n"
         "      offered='" +
         command_names(commands) +
         " --help --version'\n"
         "    elif [[ $current == -* ]]; then\n"
         "      case $command in\n" +
         option_cases(commands) +
         "      esac\n"
         "    else\n"
         "      case $command in\n" +
         name_cases(commands) +
         "      esac\n"
         "    fi ;;\n"
         "  esac\n";
}

std::string bash_script(const std::vector<CompletedCommand>& commands) {
  return "# Completion of mlx for bash: eval \"$(mlx completion bash)\"\n_mlx() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} offered=\n" +
         word_loop(commands, "COMP_WORDS", "1", "COMP_CWORD") +
         "  COMPREPLY=()\n"
         "  case $previous in\n"
         "    -C|--directory|--registry|--project) compopt -o filenames; "
         "mapfile -t COMPREPLY < <(compgen -d -- \"$current\"); return ;;\n"
         "    --config) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return "
         ";;\n" +
         offers(commands) +
         "  mapfile -t COMPREPLY < <(compgen -W \"$offered\" -- \"$current\")\n"
         "}\n"
         "complete -F _mlx mlx\n";
}

std::string zsh_script(const std::vector<CompletedCommand>& commands) {
  return "#compdef mlx\n# Completion of mlx for zsh: source <(mlx completion zsh)\n_mlx() {\n"
         "  local current=${words[CURRENT]} previous=${words[CURRENT - 1]} offered=\n" +
         word_loop(commands, "words", "2", "CURRENT") +
         "  case $previous in\n"
         "    -C|--directory|--registry|--project) _files -/; return ;;\n"
         "    --config) _files; return ;;\n" +
         offers(commands) +
         "  compadd -- ${=offered}\n"
         "}\n"
         "compdef _mlx mlx\n";
}

std::string fish_script(const std::vector<CompletedCommand>& commands) {
  std::string text =
      "# Completion of mlx for fish: mlx completion fish | source\n"
      "function __mlx_project\n"
      "  set -l words (commandline -opc)\n"
      "  for i in (seq (count $words))\n"
      "    if contains -- $words[$i] -C --directory --registry; and test $i -lt (count $words)\n"
      "      printf '%s\\n' $words[$i] $words[(math $i + 1)]\n"
      "    end\n"
      "  end\n"
      "end\n"
      "complete -c mlx -f\n";
  for (const CompletedCommand& command : commands) {
    text += fmt::format("complete -c mlx -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        shell_quoted(command.description));
  }
  for (const CompletedCommand& command : commands) {
    for (const CompletedOption& option : command.options) {
      std::string line = fmt::format("complete -c mlx -n '__fish_seen_subcommand_from {}'", command.name);
      for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (option.value == "DIR" || option.value == "R") line += " -x -a '(__fish_complete_directories)'";
      if (option.value == "WHEN") line += " -x -a 'auto always never'";
      if (option.value == "FILE") line += " -r -F";
      const bool is_other =
          !option.value.empty() && line.find(" -x") == std::string::npos && option.value != "FILE";
      if (is_other) line += " -x";
      text += line + " -d " + shell_quoted(option.description) + "\n";
    }
  }
  text +=
      "complete -c mlx -n '__fish_seen_subcommand_from add info' -a '(mlx list --names (__mlx_project) "
      "2>/dev/null)'\n";
  text +=
      "complete -c mlx -n '__fish_seen_subcommand_from diff remove update' -a "
      "'(mlx list --names --installed (__mlx_project) 2>/dev/null)'\n";
  text += "complete -c mlx -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n";
  text +=
      fmt::format("complete -c mlx -n '__fish_seen_subcommand_from help' -a '{}'\n", command_names(commands));
  return text;
}

}  // namespace

void define_completion(CLI::App& app, Run& run) {
  auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "print a script that completes `mlx` in a shell");
  command->add_option("SHELL", *shell, "`bash`, `zsh` or `fish`")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->final_callback([&app, &run, shell] {
    run = [&app, shell] {
      const std::vector<CompletedCommand> commands = commands_of(app);
      const std::string script = *shell == "bash"  ? bash_script(commands)
                                 : *shell == "zsh" ? zsh_script(commands)
                                                   : fish_script(commands);
      fmt::print("{}", script);
      return kDone;
    };
  });
}

}  // namespace mlx::cli
