#include <map>
#include <memory>

#include "cli/definitions.h"

namespace mlx::cli {
namespace {

void define_create(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<CreateArguments>();
  auto* command = app.add_subcommand("create", "make a new project, with components in it");
  command
      ->add_option("NAME", arguments->project.directory,
                   "the directory to be made; its last part is the project's name")
      ->required();
  auto* components = command
                         ->add_option("--components", arguments->components,
                                      "components, as `mlx list` names them, with commas between them")
                         ->delimiter(',')
                         ->type_name("A,B");
  command->add_flag("--all", arguments->takes_all, "all components of the catalogue")->excludes(components);
  command->add_flag("--no-projen", arguments->without_projen,
                    "without .projenrc.py: pyproject.toml is yours");
  command->add_option("--python", arguments->python, "the oldest Python that it runs on (default: 3.11)")
      ->type_name("VERSION");
  command->add_option("--forge", arguments->forge, "whose CI it gets: github or gitlab (default: github)")
      ->check(CLI::IsMember({"github", "gitlab"}))
      ->type_name("FORGE");
  add_registry_options(*command, arguments->project);
  command->add_flag("--sync", arguments->sync,
                    "with --registry: lock and synthesise nevertheless, which runs code from there");
  command->add_flag("--json", arguments->project.json, "answer in JSON (docs/formats.md)");
  command->footer(
      "Then locks it with uv, synthesises it with projen, and commits it to a new git repository. What is\n"
      "not possible here is said, with the command to run later.");
  command->final_callback([&run, arguments] { run = [arguments] { return create(*arguments); }; });
}

void define_test(CLI::App& app, Run& run) {
  auto arguments = std::make_shared<TestArguments>();
  auto* command = app.add_subcommand("test", "name the tests that a change can affect, or run them");
  command
      ->add_option("--since", arguments->since,
                   "what has changed since the project parted from this branch, tag or commit (default: the "
                   "main branch, as origin has it)")
      ->type_name("REF");
  auto* runs =
      command->add_flag("--run", arguments->run, "run them with pytest, in the project's environment");
  auto* explains =
      command->add_flag("--explain", arguments->explain, "show how the change leads to each of them");
  auto* json = command->add_flag("--json", arguments->json, "answer in JSON (docs/formats.md)");
  const std::map<std::string, TestFormat> formats = {
      {"pytest", TestFormat::kPytest}, {"github", TestFormat::kGithub}, {"gitlab", TestFormat::kGitlab}};
  auto* format =
      command
          ->add_option_function<std::string>(
              "--format",
              [arguments, formats](const std::string& name) { arguments->format = formats.at(name); },
              "`pytest` (one path on each line), `github` (outputs of a step) or `gitlab` (a dotenv "
              "report) (default: pytest)")
          ->check(CLI::IsMember({"pytest", "github", "gitlab"}))
          ->type_name("FORM");
  json->excludes(runs)->excludes(explains)->excludes(format);
  format->excludes(explains);
  command->add_option("-C,--directory", arguments->directory, "the project (default: this directory)")
      ->type_name("DIR");
  add_color_option(*command, arguments->color);
  command->add_option("PYTEST", arguments->pytest, "arguments for pytest, behind `--`")->needs(runs);
  command->footer(
      "Nothing of the project is run but by --run. What was changed is what git says: commits, the index, "
      "the\n"
      "work tree and new files. Ends with 0, with --run as pytest does. docs/test-selection.md tells the "
      "rules.");
  command->final_callback([&run, arguments] { run = [arguments] { return test(*arguments); }; });
}

}  // namespace

void define_project_commands(CLI::App& app, Run& run) {
  define_create(app, run);
  auto init_arguments = std::make_shared<InitArguments>();
  auto* init_command =
      app.add_subcommand("init", "write an mlx.toml with what was found out about the project");
  init_command->add_option("--source-root", init_arguments->source_root, "the directory of your modules")
      ->type_name("DIR");
  init_command->add_option("--import-root", init_arguments->import_root, "what imports of them begin with")
      ->type_name("NAME");
  init_command
      ->add_option("-C,--directory", init_arguments->directory, "the project (default: this directory)")
      ->type_name("DIR");
  init_command->add_flag("--json", init_arguments->json, "answer in JSON (docs/formats.md)");
  init_command->final_callback(
      [&run, init_arguments] { run = [init_arguments] { return init(*init_arguments); }; });

  define_test(app, run);

  auto doctor_arguments = std::make_shared<ProjectArguments>();
  auto* doctor_command = app.add_subcommand("doctor", "check the project and this installation");
  add_project_options(*doctor_command, *doctor_arguments);
  doctor_command->footer("Ends with 1 if a check finds an error.");
  doctor_command->final_callback(
      [&run, doctor_arguments] { run = [doctor_arguments] { return doctor(*doctor_arguments); }; });

  auto rules_arguments = std::make_shared<RulesArguments>();
  auto* rules_command = app.add_subcommand(
      "rules", "write AGENTS.md and Cursor rules that tell assistants about the components that are here");
  rules_command->add_flag("--check", rules_arguments->check,
                          "write nothing; exit 1 and list the files that are not up to date");
  rules_command->add_flag("--dry-run", rules_arguments->dry_run, "show what would change, write nothing");
  rules_command->add_flag("--overwrite", rules_arguments->overwrite,
                          "make sections anew that were edited by hand");
  add_project_options(*rules_command, rules_arguments->project);
  rules_command->footer("Text outside the sections that it made is never touched (docs/rules.md).");
  rules_command->final_callback(
      [&run, rules_arguments] { run = [rules_arguments] { return write_rules(*rules_arguments); }; });

  auto mcp_arguments = std::make_shared<McpArguments>();
  auto* mcp_command = app.add_subcommand(
      "mcp", "serve the catalogue and the project to an editor's assistant, on standard input and output");
  mcp_command->add_flag("--write", mcp_arguments->may_write,
                        "let the assistant add components (default: it can only look)");
  add_place_options(*mcp_command, mcp_arguments->project);
  mcp_command->footer("Speaks the Model Context Protocol; docs/mcp.md shows how editors start it.");
  mcp_command->final_callback(
      [&run, mcp_arguments] { run = [mcp_arguments] { return mcp(*mcp_arguments); }; });
}

}  // namespace mlx::cli
