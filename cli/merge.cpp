#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/project.h"
#include "engine/io/merge_driver.h"
#include "engine/merge/three_way_merge.h"

namespace mlx::cli {
namespace {

Result<std::string> read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad())
    return fail(ErrorCode::kIo, path + " can't be read; name an existing file that you may read");
  return text;
}

bool write_whole(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.flush();
  return file.good();
}

std::string label_of(const MergeArguments& arguments, std::size_t index, const std::string& fallback) {
  return index < arguments.labels.size() ? arguments.labels[index] : fallback;
}

int set_driver(const MergeArguments& arguments) {
  const DriverScope scope = arguments.is_global ? DriverScope::kUser : DriverScope::kRepository;
  std::error_code failure;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  const auto places = arguments.installs_driver ? install_merge_driver(".", scope, failure ? "mlx" : program)
                                                : remove_merge_driver(".", scope);
  if (!places) return report(places.error());
  const std::string what = arguments.installs_driver
                               ? "git now merges Python, JSON, TOML and YAML files with mlx"
                               : "git merges all files as before";
  fmt::print("{}: {} and {}.\n", what, places->configuration.string(), places->attributes.string());
  if (arguments.installs_driver) {
    fmt::print("To undo it: mlx merge --uninstall-driver{}\n", arguments.is_global ? " --global" : "");
  }
  return kDone;
}

}  // namespace

int merge(const MergeArguments& arguments) {
  if (arguments.installs_driver || arguments.uninstalls_driver) return set_driver(arguments);
  if (arguments.theirs.empty()) {
    return report({ErrorCode::kInvalidInput,
                   "three files are needed: `mlx merge BASE OURS THEIRS`; or --install-driver"});
  }
  const auto base = read_whole(arguments.base);
  if (!base) return report(base.error());
  const auto ours = read_whole(arguments.ours);
  if (!ours) return report(ours.error());
  const auto theirs = read_whole(arguments.theirs);
  if (!theirs) return report(theirs.error());
  const std::string& path = arguments.path.empty() ? arguments.ours : arguments.path;
  const MergeLanguage language = arguments.language.value_or(merge_language_of(path));
  const MergedText merged = merge_three_ways({.base = *base, .ours = *ours, .theirs = *theirs}, language);
  const std::string text = merged.with_markers({.style = arguments.style,
                                                .size = arguments.marker_size,
                                                .ours = label_of(arguments, 0, arguments.ours),
                                                .base = label_of(arguments, 1, arguments.base),
                                                .theirs = label_of(arguments, 2, arguments.theirs)});
  if (arguments.output.empty()) {
    fmt::print("{}", text);
  } else if (!write_whole(arguments.output, text)) {
    return report({ErrorCode::kIo, arguments.output + " can't be written"});
  }
  if (arguments.explains) {
    for (const MergeStep step : merged.steps()) fmt::print(stderr, "joined: {}\n", to_string(step));
  }
  return merged.has_conflicts() ? kRefused : kDone;
}

}  // namespace mlx::cli
