#include "engine/plan/rules/room_settings.h"

#include <algorithm>

#include "engine/base/names.h"

namespace mlx {
namespace {

struct TopLevelEntry {
  std::string key;
  std::string value;    ///< on the key's line
  std::string comment;  ///< directly above, without what stands at the head of the file
  std::vector<std::string> lines;
};

std::string_view comment_text(std::string_view line) {
  line.remove_prefix(1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

/// `key:` at the beginning of a line.
std::string_view key_of(std::string_view line) {
  const auto colon = line.find(':');
  const std::string_view key = line.substr(0, colon);
  const bool is_key =
      colon != std::string_view::npos && !key.empty() && std::ranges::all_of(key, is_name_character);
  return is_key ? key : std::string_view();
}

/// The entries of a YAML file's top level, by lines: comments are what matters, and no parser keeps them.
std::vector<TopLevelEntry> top_level_entries(std::string_view text) {
  std::vector<TopLevelEntry> entries;
  std::vector<std::string> comments;
  bool is_head = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (line.starts_with('#')) {
      comments.emplace_back(comment_text(line));
      continue;
    }
    if (const auto key = key_of(line); !key.empty()) {
      // The first line of a file says what the file is.
      if (is_head && !comments.empty()) comments.erase(comments.begin());
      TopLevelEntry entry{.key = std::string(key), .value = {}, .comment = {}, .lines = {}};
      std::string_view value = line.substr(key.size() + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      entry.value = value;
      for (const std::string& comment : comments) {
        entry.comment += (entry.comment.empty() ? "" : " ") + comment;
      }
      entries.push_back(std::move(entry));
    } else if (!entries.empty() && !line.empty()) {
      entries.back().lines.emplace_back(line);
    }
    if (!line.empty()) is_head = false;
    comments.clear();
  }
  return entries;
}

bool is_collection(const TopLevelEntry& entry) {
  return entry.value == "[]" || entry.value == "{}" || (entry.value.empty() && !entry.lines.empty());
}

/// What configuration files have in common: the file, if it is one, else their directory.
std::string common_place(const std::vector<RepoPath>& files) {
  if (files.empty()) return {};
  if (files.size() == 1) return files.front().str();
  std::string directory(files.front().parent());
  for (const RepoPath& file : files) {
    while (!directory.empty() && !file.is_within(directory)) {
      const auto slash = directory.rfind('/');
      directory.resize(slash == std::string::npos ? 0 : slash);
    }
  }
  return directory.empty() ? "" : directory + "/";
}

void read_settings_classes(const SettingsSources& sources, const std::string& values, ComponentRoom& room) {
  for (const FileId file : sources.code) {
    SettingsPlace place{.classes = {}, .file = sources.index.python()[file].str(), .values = values};
    for (const PythonClass& one : sources.index.module(file).classes) {
      if (one.name.ends_with("Settings") && !one.fields.empty()) place.classes.push_back(one.name);
    }
    if (!place.classes.empty()) room.settings.push_back(std::move(place));
  }
}

void read_entries(const RepoPath& file, std::string_view text, ComponentRoom& room) {
  std::vector<OpenEntry> open;
  for (const TopLevelEntry& entry : top_level_entries(text)) {
    const auto is_optional = [](std::string_view line) { return line.contains("- optional "); };
    if (entry.key == "defaults" && !entry.lines.empty()) {
      room.groups = GroupList{.file = file.str(),
                              .directory = std::string(file.parent()),
                              .has_optional_entries = std::ranges::any_of(entry.lines, is_optional)};
    } else if (is_collection(entry) && !entry.comment.empty()) {
      open.push_back({.key = entry.key, .comment = entry.comment});
    }
  }
  if (open.empty() || !room.open_file.empty()) return;
  room.open_file = file.str();
  room.open_entries = std::move(open);
}

}  // namespace

Result<void> read_room_settings(const SettingsSources& sources, const RoomFiles& files, ComponentRoom& room) {
  const auto found = files.find(RoomKind::kConfiguration);
  const std::vector<RepoPath> configuration = found == files.end() ? std::vector<RepoPath>() : found->second;
  read_settings_classes(sources, common_place(configuration), room);
  for (const RepoPath& file : configuration) read_entries(file, MLX_TRY(sources.project.read(file)), room);
  return {};
}

}  // namespace mlx
