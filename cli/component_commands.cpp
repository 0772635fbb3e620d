#include <map>
#include <memory>

#include "cli/definitions.h"

namespace mlx::cli {
namespace {

void add_sync_option(CLI::App& command, bool& sync) {
  command.add_flag(
      "--sync", sync,
      "then lock with the project's own tool and have projen write its files, as far as the project "
      "has them; runs code of the project");
}

void define_add(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<AddArguments>();
  auto* command = app.add_subcommand("add", "add components, and those that they require, to the project");
  command->add_option("NAME", arguments->components, "components, as `mlx list` names them")->required();
  command->add_flag("--dry-run", arguments->dry_run, "show what would change, write nothing");
  command->add_flag("--overwrite", arguments->overwrite, "replace files that are in the way");
  add_sync_option(*command, arguments->sync);
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return add(*arguments); }; });
}

void define_remove(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<RemoveArguments>();
  auto* command = app.add_subcommand("remove", "take components out of the project, and what only they need");
  command->add_option("NAME", arguments->components, "components, as `mlx status` names them")->required();
  command->add_flag("--dry-run", arguments->dry_run, "show what would change, write nothing");
  command->add_flag("--force", arguments->force, "also files that you changed");
  add_sync_option(*command, arguments->sync);
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return remove(*arguments); }; });
}

void define_update(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<UpdateArguments>();
  auto* command =
      app.add_subcommand("update", "bring later versions of components, merged into what you made of them");
  command->add_option("NAME", arguments->components,
                      "components, as `mlx status` names them (default: all that are here)");
  command->add_option("--to", arguments->to, "for one component: this version, not the newest")
      ->type_name("VERSION");
  command->add_flag("--dry-run", arguments->dry_run, "show what would change, write nothing");
  add_sync_option(*command, arguments->sync);
  add_project_options(*command, arguments->project);
  command->footer(
      "Conflicts are left with markers, as `git merge` leaves them. Ends with 0 if all was merged, 1 if\n"
      "conflicts are left or the update is not possible.");
  command->final_callback([&run, arguments] { run = [arguments] { return update(*arguments); }; });
}

void define_diff(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<DiffArguments>();
  auto* command = app.add_subcommand("diff", "show what you changed in components, and what is new in them");
  command->add_option("NAME", arguments->components,
                      "components, as `mlx status` names them (default: all that are here)");
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return diff(*arguments); }; });
}

void define_check(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<CheckArguments>();
  auto* command =
      app.add_subcommand("check", "show what clashes in the project, or would with more components");
  command->add_option("NAME", arguments->components, "components that the project might get");
  command->add_flag("--matrix", arguments->matrix, "compare all pairs of components too");
  command->add_flag("--explain", arguments->explain, "show what each score is made of");
  auto* sarif = command->add_flag("--sarif", arguments->sarif, "answer in SARIF, for code scanning");
  auto* markdown = command->add_flag("--markdown", arguments->markdown, "answer in Markdown, for a comment");
  markdown->excludes(sarif);
  auto* advise = command->add_flag("--advise", arguments->advise,
                                   "have the model at MLX_LLM_URL explain the findings; it is sent the lines "
                                   "around them (docs/advisor.md)");
  add_project_options(*command, arguments->project);
  advise->excludes(sarif)->excludes(command->get_option("--offline"));
  for (auto* other : {sarif, markdown}) other->excludes(command->get_option("--json"));
  command->footer("Ends with 1 if something clashes so that it cannot work.");
  command->final_callback([&run, arguments] { run = [arguments] { return check(*arguments); }; });
}

void define_explain(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<ExplainArguments>();
  auto* command = app.add_subcommand("explain", "show what a finding of `mlx check` means");
  command->add_option("FINDING", arguments->finding, "as `mlx check` names it (default: list all kinds)");
  command->add_flag("--markdown", arguments->markdown)->group("");
  command->final_callback([&run, arguments] { run = [arguments] { return explain(*arguments); }; });
}

void define_list(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<ListArguments>();
  auto* command = app.add_subcommand("list", "show the components that can be added");
  command->add_option(
      "QUERY", arguments->query,
      "only those with this in their name, title, description, categories, routes or symbols");
  command->add_flag("--installed", arguments->installed, "only those that are here");
  command->add_flag("--names", arguments->names)->group("");
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return list(*arguments); }; });
}

void define_info(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<InfoArguments>();
  auto* command = app.add_subcommand("info", "show what a component brings and what it requires");
  command->add_option("NAME", arguments->component, "a component, as `mlx list` names it")->required();
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return info(*arguments); }; });
}

void define_recommend(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<RecommendArguments>();
  auto* command =
      app.add_subcommand("recommend", "show the components that would do what is written by hand here");
  command->add_option("--limit", arguments->limit, "at most so many (default: what mlx.toml says, else 3)")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  add_project_options(*command, arguments->project);
  command->final_callback([&run, arguments] { run = [arguments] { return recommend(*arguments); }; });
}

void define_status(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<ProjectArguments>();
  auto* command = app.add_subcommand("status", "show the components that are here, and what you changed");
  add_project_options(*command, *arguments);
  command->footer("Ends with 1 if files are missing, or something that a component requires.");
  command->final_callback([&run, arguments] { run = [arguments] { return status(*arguments); }; });
}

ConflictStyle style_of(const std::string& name) {
  if (name == "diff3") return ConflictStyle::kDiff3;
  return name == "zdiff3" ? ConflictStyle::kZdiff3 : ConflictStyle::kMerge;
}

void define_merge(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<MergeArguments>();
  auto* command = app.add_subcommand("merge", "merge two versions of a file that were made of one base");
  command->add_option("BASE", arguments->base, "the version that both were made of");
  command->add_option("OURS", arguments->ours, "one version");
  command->add_option("THEIRS", arguments->theirs, "the other version");
  auto* install = command->add_flag("--install-driver", arguments->installs_driver,
                                    "make git merge so, in this repository");
  auto* uninstall =
      command->add_flag("--uninstall-driver", arguments->uninstalls_driver, "undo that")->excludes(install);
  install->excludes(uninstall);
  command->add_flag("--global", arguments->is_global, "with either: in all of your repositories");
  command->add_option("-o,--output", arguments->output, "where the result goes (default: standard output)")
      ->type_name("FILE");
  command
      ->add_option("-L,--label", arguments->labels,
                   "names between conflict markers: of OURS, then BASE, then THEIRS")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_option("--path", arguments->path, "the file's name in the repository, to tell its language")
      ->type_name("PATH");
  command->add_option("--marker-size", arguments->marker_size, "characters of a conflict marker (default: 7)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option_function<std::string>(
          "--style", [arguments](const std::string& style) { arguments->style = style_of(style); },
          "how conflicts are shown: `merge`, `diff3` or `zdiff3` (default: merge)")
      ->check(CLI::IsMember({"merge", "diff3", "zdiff3"}))
      ->type_name("STYLE");
  command
      ->add_option_function<std::string>(
          "--language",
          [arguments](const std::string& language) { arguments->language = merge_language_named(language); },
          "`python`, `json`, `toml`, `yaml` or `text` (default: what the name of the file says)")
      ->check(CLI::IsMember({"python", "json", "toml", "yaml", "text"}))
      ->type_name("L");
  command->add_flag("--explain", arguments->explains,
                    "say on standard error how conflicts of lines were joined");
  command->footer("Ends with 0 if all was merged, 1 if conflicts are left, more for a failure.");
  command->final_callback([&run, arguments] { run = [arguments] { return merge(*arguments); }; });
}

}  // namespace

void add_place_options(CLI::App& command, ProjectArguments& arguments) {
  command.add_option("-C,--directory", arguments.directory, "the project (default: this directory)")
      ->type_name("DIR");
  add_registry_options(command, arguments);
}

void add_project_options(CLI::App& command, ProjectArguments& arguments) {
  add_place_options(command, arguments);
  command.add_flag("--json", arguments.json, "answer in JSON (docs/formats.md)");
  add_color_option(command, arguments.color);
}

void add_color_option(CLI::App& command, ColorChoice& color) {
  const std::map<std::string, ColorChoice> choices = {
      {"auto", ColorChoice::kAuto}, {"always", ColorChoice::kAlways}, {"never", ColorChoice::kNever}};
  command
      .add_option_function<std::string>(
          "--color", [&color, choices](const std::string& choice) { color = choices.at(choice); },
          "`auto`, `always` or `never` (default: auto, on a terminal without NO_COLOR)")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

void add_registry_options(CLI::App& command, ProjectArguments& arguments) {
  command
      .add_option(
          "--registry", arguments.registry,
          "where components come from: `builtin`, a directory, git+https://…@REV or https://…/registry.json")
      ->type_name("R");
  command.add_flag("--offline", arguments.offline, "use what is in the cache, never the network");
}

void define_component_commands(CLI::App& app, Run& run) {
  define_add(app, run);
  define_update(app, run);
  define_diff(app, run);
  define_remove(app, run);
  define_check(app, run);
  define_explain(app, run);
  define_list(app, run);
  define_info(app, run);
  define_recommend(app, run);
  define_status(app, run);
  define_merge(app, run);
}

}  // namespace mlx::cli
