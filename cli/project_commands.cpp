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
  command->footer(
      "Then locks it with uv, synthesises it with projen, and commits it to a new git repository; what is "
      "not\n"
      "possible here is said, with the command to run later.");
  command->final_callback([&run, arguments] { run = [arguments] { return create(*arguments); }; });
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

  auto doctor_arguments = std::make_shared<ProjectArguments>();
  auto* doctor_command = app.add_subcommand("doctor", "check the project and this installation");
  add_project_options(*doctor_command, *doctor_arguments);
  doctor_command->footer("Ends with 1 if a check finds an error.");
  doctor_command->final_callback(
      [&run, doctor_arguments] { run = [doctor_arguments] { return doctor(*doctor_arguments); }; });
}

}  // namespace mlx::cli
