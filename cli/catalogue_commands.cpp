#include "cli/catalogue_commands.h"

#include <memory>

#include "cli/commands.h"

namespace mlx::cli {
namespace {

void define_extract(CLI::App& app, std::function<int()>& run) {
  auto* command =
      app.add_subcommand("extract", "make the catalogue of components from the platform's source");
  const auto arguments = std::make_shared<ExtractArguments>();
  command->add_option("PATHS", arguments->paths, "write only components that have something there");
  command->add_option("--component", arguments->components, "a component that is not configured")
      ->type_name("NAME=PATH");
  command
      ->add_option("--out", arguments->out, "where the catalogue is (default: mlx-components in the project)")
      ->type_name("DIR");
  command->add_flag("--check", arguments->check,
                    "write nothing; show a diff and exit 1 if the catalogue is not what the source says");
  command
      ->add_option("--explain", arguments->explain,
                   "show which file and line each fact of a component comes from")
      ->type_name("NAME");
  command->add_flag("--prune", arguments->prune,
                    "remove components from the catalogue that the source no longer has");
  command->add_option("-C,--directory", arguments->directory, "the platform (default: this directory)")
      ->type_name("DIR");
  command->add_flag("--json", arguments->json, "answer in JSON (docs/formats.md)");
  command->final_callback([arguments, &run] { run = [arguments] { return extract(*arguments); }; });
}

}  // namespace

void define_catalogue_commands(CLI::App& app, std::function<int()>& run) { define_extract(app, run); }

}  // namespace mlx::cli
