#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace mlx::cli {

/// Defines the commands of those who keep a catalogue: `extract`, `registry`. A command that was given sets
/// `run`.
void define_catalogue_commands(CLI::App& app, std::function<int()>& run);

}  // namespace mlx::cli
