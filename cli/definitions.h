#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace mlx::cli {

/// What the command line asks for; set once a command was parsed.
using Run = std::function<int()>;

/// `--registry`, `--offline`: where components come from.
void add_registry_options(CLI::App& command, ProjectArguments& arguments);
/// These, and `-C`: what is worked on, without how it is shown.
void add_place_options(CLI::App& command, ProjectArguments& arguments);
/// These, `--json` and `--color`.
void add_project_options(CLI::App& command, ProjectArguments& arguments);

void add_color_option(CLI::App& command, ColorChoice& color);

// The commands, in groups, with their options. Each sets `run`, which must outlive the app.
void define_component_commands(CLI::App& app, Run& run);
void define_project_commands(CLI::App& app, Run& run);
void define_completion(CLI::App& app, Run& run);

}  // namespace mlx::cli
