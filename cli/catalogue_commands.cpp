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
  command->add_flag("--bump", arguments->bump,
                    "raise the version of a component that was published with other content");
  command->add_flag("--no-cache", arguments->no_cache, "read every file anew, and remember nothing of them");
  command->add_option("-C,--directory", arguments->directory, "the platform (default: this directory)")
      ->type_name("DIR");
  command->add_flag("--json", arguments->json, "answer in JSON (docs/formats.md)");
  command->final_callback([arguments, &run] { run = [arguments] { return extract(*arguments); }; });
}

using RegistryCommand = int (*)(const RegistryArguments&);

CLI::App* define_registry_command(CLI::App& group, std::function<int()>& run, const char* name,
                                  const char* help, RegistryCommand execute,
                                  const std::shared_ptr<RegistryArguments>& arguments) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("DIR", arguments->directory, "the catalogue (default: mlx-components)");
  command->final_callback(
      [arguments, execute, &run] { run = [arguments, execute] { return execute(*arguments); }; });
  return command;
}

void add_identity_options(CLI::App& command, RegistryArguments& arguments) {
  command.add_option("--name", arguments.name, "what the registry is called (default: mlx)");
  command.add_option("--homepage", arguments.homepage, "its page for people")->type_name("URL");
  command.add_option("--address", arguments.address, "where its r/ is served, if that is known")
      ->type_name("URL");
  command.add_flag("--json", arguments.json, "answer in JSON (docs/formats.md)");
}

void define_registry(CLI::App& app, std::function<int()>& run) {
  auto* group = app.add_subcommand("registry", "build, check or serve a catalogue of components");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<RegistryArguments>();
  add_identity_options(
      *define_registry_command(*group, run, "build", "write registry.json and r/ from the components",
                               registry_build, arguments),
      *arguments);
  add_identity_options(
      *define_registry_command(*group, run, "validate", "check a catalogue; exit 1 if it is not valid",
                               registry_validate, arguments),
      *arguments);
  auto* serve_command = define_registry_command(
      *group, run, "serve", "serve a catalogue by HTTP, also for shadcn's client", registry_serve, arguments);
  serve_command->add_option("--listen", arguments->listen, "address and port (default: a free port)")
      ->type_name("ADDR");
}

}  // namespace

void define_catalogue_commands(CLI::App& app, std::function<int()>& run) {
  define_extract(app, run);
  define_registry(app, run);
}

}  // namespace mlx::cli
