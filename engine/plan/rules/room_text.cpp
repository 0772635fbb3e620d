#include "engine/plan/rules/room_text.h"

#include <algorithm>

#include "engine/base/digest.h"

namespace mlx {
namespace {

constexpr std::size_t kMostNames = 12;
constexpr std::size_t kMostLines = 6;

/// A name or a path as code, whatever is in it.
std::string code(std::string_view text) {
  const bool has_backtick = text.contains('`');
  return has_backtick ? "`` " + std::string(text) + " ``" : "`" + std::string(text) + "`";
}

std::string joined(const std::vector<std::string>& texts, std::string_view last_separator) {
  std::string list;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) list += i + 1 == texts.size() ? last_separator : std::string_view(", ");
    list += texts[i];
  }
  return list;
}

/// At most so many, as code, and how many more there are.
std::string code_list(const std::vector<std::string>& names, std::size_t most,
                      std::string_view last_separator) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() < most) shown.push_back(code(name));
  }
  const bool is_whole = shown.size() == names.size();
  const std::string list = joined(shown, is_whole ? last_separator : std::string_view(", "));
  return is_whole ? list : list + " and " + std::to_string(names.size() - shown.size()) + " more";
}

std::string item(std::string_view heading, std::string_view text) {
  return "- **" + std::string(heading) + "** " + std::string(text) + "\n";
}

std::string without_end(std::string text) {
  while (text.ends_with('.')) text.pop_back();
  return text;
}

/// One name in a line, several below each other.
std::string name_items(std::string_view heading, const std::vector<RoomName>& names) {
  if (names.empty()) return {};
  const auto line = [](const RoomName& name) {
    const std::string summary = plain_sentence(name.summary);
    const std::string_view between = name.place.contains('/') ? " in " : " from ";
    return code(name.name) + std::string(between) + code(name.place) +
           (summary.empty() ? "" : ": " + summary);
  };
  if (names.size() == 1) return item(heading, line(names.front()));
  std::string text = "- **" + std::string(heading) + "**\n";
  for (std::size_t i = 0; i < std::min(names.size(), kMostLines); ++i) text += "  - " + line(names[i]) + "\n";
  if (names.size() > kMostLines) text += "  - and " + std::to_string(names.size() - kMostLines) + " more\n";
  return text;
}

std::string where(const ComponentRoom& room) {
  std::vector<std::string> places = room.code;
  places.insert(places.end(), room.others.begin(), room.others.end());
  std::string text = code_list(places, kMostNames, ", ");
  if (!room.configuration.empty()) {
    text += std::string(text.empty() ? "" : "; ") + "configuration in " +
            code_list(room.configuration, kMostNames, " and ");
  }
  if (!room.tests.empty()) {
    text += std::string(text.empty() ? "" : "; ") + "tests in " + code_list(room.tests, kMostNames, " and ");
  }
  return item("Where:", text + ".");
}

std::string relations(const ComponentRoom& room) {
  std::string text;
  if (!room.builds_on.empty()) {
    text += item("Builds on:", code_list(room.builds_on, kMostNames, " and ") + ".");
  }
  for (const auto& [file, calls] : room.added_to) {
    text += item("In other files:",
                 code(file) + " calls " + code_list(calls, kMostNames, " and ") + " for it; keep that.");
  }
  return text;
}

std::string route_rules(const ComponentRoom& room) {
  std::string text;
  if (!room.routes.empty()) text += item("Routes:", code_list(room.routes, kMostNames, ", ") + ".");
  if (!room.route_wiring) return text;
  const RouteWiring& wiring = *room.route_wiring;
  return text + item("To add a route:", "write a module in " + code(wiring.directory) + " with a " +
                                            code(wiring.variable) +
                                            " of its own, as the others there have it, and "
                                            "include that in " +
                                            code(wiring.function + "()") + " in " + code(wiring.file) + ": " +
                                            code(wiring.call + "(MODULE." + wiring.variable + ")") + ".");
}

std::string command_rules(const ComponentRoom& room) {
  if (!room.command_wiring) return {};
  const CommandWiring& wiring = *room.command_wiring;
  const std::string decorator = "@" + wiring.variable + ".command()";
  if (wiring.groups.empty()) {
    return item("To add a command:",
                "write a function with " + code(decorator) + " in " + code(wiring.file) + ".");
  }
  return item("To add a command:",
              "write a function with " + code(decorator) + " in the module of its group (" +
                  code_list(wiring.groups, kMostNames, ", ") +
                  "). A new group is a module with a "
                  "`typer.Typer` of its own, which " +
                  code(wiring.file) + " adds with " + code(wiring.variable + ".add_typer(…)") + ".");
}

std::string settings_rules(const ComponentRoom& room) {
  std::string text;
  for (const SettingsPlace& place : room.settings) {
    const std::string value = place.values.empty() ? "" : ", and its value in " + code(place.values);
    text += item("To add a setting:", "a field of " + code_list(place.classes, kMostNames, " or ") + " in " +
                                          code(place.file) + value + ".");
  }
  if (room.groups) {
    const std::string entry =
        room.groups->has_optional_entries ? "- optional GROUP: default" : "- GROUP: default";
    text += item("To add a configuration group:",
                 "a file " + code(room.groups->directory + "/GROUP/default.yaml") + ", and " + code(entry) +
                     " in the `defaults` of " + code(room.groups->file) + ".");
  }
  if (!room.open_entries.empty()) {
    std::string entries;
    for (const OpenEntry& entry : room.open_entries) {
      entries +=
          (entries.empty() ? "" : "; ") + code(entry.key) + ": " + without_end(plain_sentence(entry.comment));
    }
    text += item("To fill in", "(" + code(room.open_file) + "): " + entries + ".");
  }
  return text;
}

std::string name_rules(const ComponentRoom& room) {
  std::string text = name_items("Decorate yours with:", room.decorators);
  text += name_items("To implement or extend:", room.bases);
  if (!room.names.empty()) {
    text += item("Import from", code(room.package) + ": " + code_list(room.names, kMostNames, ", ") + ".");
  }
  return text;
}

std::string command_line_rules(const ComponentRoom& room, const ProjectFacts& facts) {
  std::string text;
  std::vector<std::string> programs;
  programs.reserve(room.programs.size());
  for (const std::string& program : room.programs) programs.push_back(facts.runner + "python -m " + program);
  if (!programs.empty()) text += item("Run:", code_list(programs, kMostNames, ", ") + ".");
  if (room.tests.empty()) return text + item("Verify:", code("mlx check") + ". It has no tests of its own.");
  std::string tests;
  for (const std::string& place : room.tests) {
    tests += " " + (place.ends_with('/') ? place.substr(0, place.size() - 1) : place);
  }
  return text + item("Verify:", code(facts.runner + "pytest" + tests) + ", then " + code("mlx check") + ".");
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// How many characters a text begins with that are left out: roles of Sphinx (`:class:` before a backtick),
/// the first of two backticks.
std::size_t length_of_markup(std::string_view text) {
  if (text.starts_with("``")) return 1;
  if (!text.starts_with(':')) return 0;
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz:", 1);
  const bool is_role = end != std::string_view::npos && end > 2 && text[end] == '`' && text[end - 1] == ':';
  return is_role ? end : 0;
}

/// Takes a mark of an HTML comment off the end. Done with each character, so that what is left around a mark
/// cannot be one.
void drop_comment_mark(std::string& text) {
  for (const std::string_view mark : {"<!--", "-->"}) {
    if (text.ends_with(mark)) text.resize(text.size() - mark.size());
  }
}

/// Can the path stand in a list of globs as it is?
bool is_plain_glob(std::string_view path) {
  return path.find_first_of(" ,*?[]{}!#\"'`") == std::string_view::npos;
}

}  // namespace

std::string plain_sentence(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (const std::size_t markup = length_of_markup(rest); markup > 0) {
      i += markup;
      continue;
    }
    const bool is_blank = static_cast<unsigned char>(text[i]) <= 0x20 || text[i] == 0x7F;
    const bool is_needed = !is_blank || (!plain.empty() && plain.back() != ' ');
    if (is_needed) plain += is_blank ? ' ' : text[i];
    drop_comment_mark(plain);
    ++i;
  }
  constexpr std::size_t kLongest = 240;
  if (plain.size() <= kLongest) return plain;
  const std::string_view beginning = utf8_prefix(plain, kLongest);
  return std::string(beginning.substr(0, std::min(beginning.rfind(' '), beginning.size()))) + " …";
}

std::string project_rules(const ProjectFacts& facts) {
  std::string text =
      "## Components from MLX\n"
      "\n"
      "These parts of the project were added as source with MLX. They belong to the project: read, change "
      "and "
      "extend them like\nany other code here. Where a section below says how something is added, add it that "
      "way: "
      "the fewer lines of a component\ndiffer from what was added, the less a later version has to be merged "
      "with.\n"
      "\n"
      "- `mlx.lock` records what was added, and is written by `mlx` only. `mlx status` shows what was "
      "changed "
      "since, `mlx update`\n  merges later versions into it.\n"
      "- Before you write retries, caches, rate limits, settings or the like by hand, look for a component: "
      "`mlx list WORD`,\n  `mlx info NAME`, `mlx add NAME --dry-run`.\n";
  const std::string variables =
      facts.has_environment_example ? "a variable that code reads in `.env.example`" : "";
  if (!facts.dependency_file.empty()) {
    text += "- A new dependency is declared in " + code(facts.dependency_file) +
            (variables.empty() ? "" : ", " + variables) + ".\n";
  }
  if (facts.has_projen) {
    text +=
        "- `.projenrc.py` generates files of this project: change it and run `npx projen`, rather than what "
        "says "
        "`~~ Generated by\n  projen`.";
    if (!facts.tasks.empty()) {
      text += " Tasks are run by `npx projen TASK`: " + code_list(facts.tasks, 2 * kMostNames, ", ") + ".";
    }
    text += "\n";
  }
  if (!facts.scripts.empty()) {
    text += "- Commands of this project: " + code_list(facts.scripts, kMostNames, ", ") + ".\n";
  }
  return text + "- To verify a change: the tests of its section, then all (" + code(facts.runner + "pytest") +
         "), `mlx check` (what clashes) and `mlx status`\n  (what is missing).\n"
         "- These sections are generated. Write your own rules above or below them, and run `mlx rules` "
         "after "
         "`mlx add`,\n  `mlx update` and `mlx remove`.\n";
}

std::string room_rules(const ComponentRoom& room, const ProjectFacts& facts, std::size_t heading_level) {
  const std::string title = plain_sentence(room.title);
  std::string text = std::string(heading_level, '#') + " " +
                     (title.empty() ? code(room.name) : title + " (" + code(room.name) + ")") + "\n\n";
  if (const std::string purpose = plain_sentence(room.purpose); !purpose.empty()) text += purpose + "\n\n";
  return text + where(room) + relations(room) + route_rules(room) + command_rules(room) +
         settings_rules(room) + name_rules(room) + command_line_rules(room, facts);
}

std::string cursor_front_matter(const ComponentRoom& room) {
  std::string globs;
  for (const auto* places : {&room.code, &room.configuration, &room.tests, &room.others}) {
    for (const std::string& place : *places) {
      if (!is_plain_glob(place)) continue;
      globs += (globs.empty() ? "" : ",") + place + (place.ends_with('/') ? "**" : "");
    }
  }
  const std::string purpose = plain_sentence(room.purpose);
  const std::string description = "How to work on " + room.name + (purpose.empty() ? "" : ": " + purpose);
  return "---\ndescription: " + quoted(description) + "\nglobs: " + globs + "\nalwaysApply: false\n---\n";
}

}  // namespace mlx
