#include <memory>

#include "cli/definitions.h"

namespace mlx::cli {

void define_project_commands(CLI::App& app, Run& run) {
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
