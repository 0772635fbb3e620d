#include "engine/merge/data_parts.h"

#include <algorithm>

namespace mlx {
namespace {

enum class Version { kBase, kOurs, kTheirs };

std::string version_of(const MergedText& merged, Version version) {
  std::string text;
  for (const auto& piece : merged.pieces()) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      text += version == Version::kBase   ? conflict->base
              : version == Version::kOurs ? conflict->ours
                                          : conflict->theirs;
    } else {
      text += std::get<std::string>(piece);
    }
  }
  return text;
}

/// Puts a part in front of a conflict, on all of its sides.
DataPart taken_in(const DataPart& before, const DataPart& conflict) {
  DataPart wide = conflict;
  wide.is_conflict = true;
  wide.lead = MergedText();
  const auto widen = [&](std::vector<DataPiece>& pieces, const std::vector<DataPiece>& of_before,
                         Version version) {
    const std::string lead = version_of(conflict.lead, version);
    if (!pieces.empty()) pieces.front().body.insert(0, lead);
    std::vector<DataPiece> all;
    if (before.is_conflict) {
      all = of_before;
      if (!all.empty()) all.front().body.insert(0, version_of(before.lead, version));
    } else {
      all.push_back(
          {.body = version_of(before.lead, version) + version_of(before.body, version), .rest = before.rest});
    }
    all.insert(all.end(), pieces.begin(), pieces.end());
    pieces = std::move(all);
  };
  widen(wide.base, before.base, Version::kBase);
  widen(wide.ours, before.ours, Version::kOurs);
  widen(wide.theirs, before.theirs, Version::kTheirs);
  wide.body.note(before.body.steps());
  return wide;
}

std::string side_of(const std::vector<DataPiece>& pieces, bool is_followed, const PartsLayout& layout) {
  std::string text;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!text.empty() && !text.ends_with('\n')) text += layout.line_end;
    text += pieces[i].body;
    const bool is_last = i + 1 == pieces.size() && !is_followed;
    if (layout.has_commas && (!is_last || layout.ends_with_comma)) text += ",";
    text += pieces[i].rest;
  }
  return text;
}

}  // namespace

MergedText joined_parts(std::vector<DataPart> parts, const PartsLayout& layout) {
  const bool needs_no_comma = layout.has_commas && !layout.ends_with_comma;
  while (needs_no_comma && parts.size() >= 2) {
    const DataPart& last = parts.back();
    if (!last.is_conflict || (!last.ours.empty() && !last.theirs.empty())) break;
    DataPart wide = taken_in(parts[parts.size() - 2], last);
    parts.pop_back();
    parts.back() = std::move(wide);
  }
  MergedText merged;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    DataPart& part = parts[i];
    const bool is_followed = i + 1 < parts.size();
    append_lines(merged, std::move(part.lead), layout.line_end);
    if (!part.is_conflict) {
      append_lines(merged, std::move(part.body), layout.line_end);
      if (layout.has_commas && (is_followed || layout.ends_with_comma)) merged.append(",");
      merged.append(part.rest);
      continue;
    }
    const MergeConflict conflict{.base = side_of(part.base, is_followed, layout),
                                 .ours = side_of(part.ours, is_followed, layout),
                                 .theirs = side_of(part.theirs, is_followed, layout)};
    MergedText shown;
    shown.note(part.body.steps());
    if (conflict.ours == conflict.theirs) {
      shown.append(conflict.ours);
    } else {
      shown.append(conflict);
    }
    append_lines(merged, std::move(shown), layout.line_end);
  }
  return merged;
}

std::optional<MergedText> with_dash(const MergedText& children, std::string_view dash) {
  const auto put = [&](const std::string& text) -> std::optional<std::string> {
    for (std::size_t line = 0; line < text.size();) {
      const std::size_t end = std::min(text.find('\n', line), text.size());
      const std::size_t begin = text.find_first_not_of(" \t\r", line);
      if (begin < end && text[begin] != '#') {
        if (begin - line < dash.size()) return std::nullopt;
        return text.substr(0, line) + std::string(dash) + text.substr(line + dash.size());
      }
      line = end + 1;
    }
    return std::nullopt;
  };
  MergedText dashed;
  dashed.note(children.steps());
  bool is_put = false;
  for (const auto& piece : children.pieces()) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      if (is_put) {
        dashed.append(*conflict);
        continue;
      }
      const auto base = put(conflict->base);
      const auto ours = put(conflict->ours);
      const auto theirs = put(conflict->theirs);
      if (!ours || !theirs) return std::nullopt;
      dashed.append(MergeConflict{.base = base.value_or(conflict->base), .ours = *ours, .theirs = *theirs});
      is_put = true;
    } else if (const auto& text = std::get<std::string>(piece); is_put) {
      dashed.append(text);
    } else {
      const auto with = put(text);
      dashed.append(with.value_or(text));
      is_put = with.has_value();
    }
  }
  return is_put ? std::optional(dashed) : std::nullopt;
}

}  // namespace mlx
