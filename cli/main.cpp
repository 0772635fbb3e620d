#include <algorithm>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "bot/settings.h"
#include "cli/catalogue_commands.h"
#include "cli/commands.h"
#include "cli/definitions.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/base/suggest.h"

namespace mlx::cli {
namespace {

/// The command line as it was understood: what to run, with which arguments.
struct CommandLine {
  CLI::App app{"MLX adds capabilities of an ML platform to your repository, as source that is yours.", "mlx"};
  ServeArguments serve_arguments;
  ActionArguments action_arguments;
  SandboxArguments sandbox_arguments;
  std::string help_topic;
  Run run;

  CommandLine() {
    app.set_version_flag("--version", std::string("mlx ") + MLX_VERSION);
    app.require_subcommand(1);
    app.failure_message([](const CLI::App*, const CLI::Error& error) {
      return fmt::format("mlx: {}\nRun `mlx help`, or `mlx help COMMAND`.\n", printable(error.what()));
    });
    define_component_commands(app, run);
    define_project_commands(app, run);
    define_catalogue_commands(app, run);
    define_serve();
    define_action();
    define_sandbox();
    define_completion(app, run);
    define_help();
    app.footer(
        "Exit codes: 0 done; 1 refused, something is in the way, or a check failed; 2 wrong usage or a "
        "failure.");
  }

  void define_serve() {
    auto* command = app.add_subcommand("serve", "run the bot: webhooks in, pull requests out");
    command->add_option("--config", serve_arguments.config_file, "file of settings, NAME=value on each line")
        ->type_name("FILE");
    command->add_flag("--health", serve_arguments.asks_health,
                      "ask the bot that runs with these settings whether it is well, and end with 0 or 1");
    std::string environment_only;
    for (const bot::SettingName& setting : bot::setting_names()) {
      if (setting.flag.empty()) {
        environment_only += fmt::format("\n  {:<28} {}", setting.name, setting.help);
        continue;
      }
      const std::string description =
          fmt::format("{}; also {}{}", setting.help, setting.name,
                      setting.fallback.empty() ? "" : fmt::format(" (default: {})", setting.fallback));
      command->add_option_function<std::string>(
          "--" + std::string(setting.flag),
          [this, flag = std::string(setting.flag)](const std::string& value) {
            serve_arguments.flags[flag] = value;
          },
          description);
    }
    command->footer(
        "Only in the environment or the file, since others can see a command line:" + environment_only +
        "\n\nGive either the token, or the App's id and its private key. README.md shows the set-up.");
    command->final_callback([this] { run = [this] { return serve(serve_arguments); }; });
  }

  void define_action() {
    auto* command =
        app.add_subcommand("action", "run as a step of a CI job, by its environment (docs/action.md)");
    command->add_flag("--verbose", action_arguments.verbose, "say where the time went");
    command->final_callback([this] { run = [this] { return action_job(action_arguments); }; });
  }

  void define_sandbox() {
    auto* command =
        app.add_subcommand("sandbox", "run a forge of your own on this machine, to try the bot on");
    command->add_option("--listen", sandbox_arguments.listen, "address and port (default: a free port)")
        ->type_name("ADDR");
    command->add_option("--project", sandbox_arguments.project, "directory whose files become the repository")
        ->type_name("DIR")
        ->required();
    command->add_option("--name", sandbox_arguments.name, "the repository's name (default: the directory's)");
    command
        ->add_option("--bot-settings", sandbox_arguments.bot_settings,
                     "write the settings of a bot for it, to be given to `mlx serve --config`")
        ->type_name("FILE");
    command->final_callback([this] { run = [this] { return sandbox(sandbox_arguments); }; });
  }

  void define_help() {
    auto* command = app.add_subcommand("help", "show this, or how a command is used");
    command->add_option("COMMAND", help_topic, "a command");
    command->final_callback([this] { run = [this] { return help(); }; });
  }

  int help() {
    // app.help() would show the command that runs, which is this one.
    const CLI::App* shown = help_topic.empty() ? &app : find_command(help_topic);
    if (shown == nullptr) return report_unknown(help_topic);
    fmt::print("{}", app.get_formatter()->make_help(shown, shown == &app ? "mlx" : "mlx " + help_topic,
                                                    CLI::AppFormatMode::Normal));
    return kDone;
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
    return names;
  }

  [[nodiscard]] const CLI::App* find_command(const std::string& name) const {
    const auto names = command_names();
    return std::ranges::find(names, name) == names.end() ? nullptr : app.get_subcommand(name);
  }

  [[nodiscard]] int report_unknown(const std::string& name) const {
    const std::string meant = nearest(name, command_names());
    const std::string hint = meant.empty() ? "" : "; did you mean `" + meant + "`?";
    return report({ErrorCode::kInvalidInput, "there is no command `" + name + "`" + hint +
                                                 (hint.empty() ? ": " : " ") + "`mlx help` shows them all"});
  }
};

int run(int argc, char** argv) {
  CommandLine line;
  if (argc == 1) {
    fmt::print(stderr, "{}", line.app.help());
    return kFailed;
  }
  // CLI11 would only say that a command is missing.
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_unknown = !first.empty() && !first.starts_with('-') && line.find_command(first) == nullptr;
  if (is_unknown) return line.report_unknown(first);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return line.app.exit(success);
  } catch (const CLI::ParseError& error) {
    line.app.exit(error);
    return kFailed;
  }
  return line.run();
}

}  // namespace
}  // namespace mlx::cli

int main(int argc, char** argv) {
  try {
    return mlx::cli::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "mlx: internal error: {}\n", error.what());
    return mlx::cli::kFailed;
  }
}
