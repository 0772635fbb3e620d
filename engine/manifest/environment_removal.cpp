#include <algorithm>
#include <cstddef>
#include <optional>

#include "engine/base/text_edit.h"
#include "engine/base/text_lines.h"
#include "engine/manifest/environment_example.h"

namespace mlx {
namespace {

/// Does the block go on behind `offset`: is the next variable there one that was added too, with
/// no blank line before it?
bool has_more_of_block(std::string_view text, std::size_t offset, const EditOrigins& origins) {
  const std::string_view rest = text.substr(offset);
  const std::vector<ExampleVariable> variables = read_environment_example(rest, "");
  if (variables.empty() || !origins.contains(variables.front().name)) return false;
  std::size_t begin = 0;
  for (std::size_t line = 1; line <= variables.front().evidence.line; ++line) {
    const std::size_t end = end_of_line(rest, begin);
    if (end == begin) return false;
    begin = end + size_of_line_end(rest, end);
  }
  return true;
}

/// Is what was put before a block still there, as blank lines of their own?
bool has_lead(std::string_view above, std::string_view lead) {
  if (lead.empty() || !above.ends_with(lead)) return false;
  const std::string_view before = above.substr(0, above.size() - lead.size());
  const bool closes_open_line = lead == "\n\n" || lead == "\r\n\r\n";
  return before.empty() || before.ends_with('\n') || closes_open_line;
}

/// Where the heading right above `begin` begins, with what was put before it; `begin` if there is none.
std::size_t begin_of_heading(std::string_view text, std::size_t begin, EditOrigins& origins) {
  const std::string_view above = text.substr(0, begin);
  for (auto origin = origins.begin(); origin != origins.end(); ++origin) {
    const auto& [place, lead] = *origin;
    if (!place.starts_with('#')) continue;
    const bool has_heading = place != "#";
    std::size_t top = begin;
    if (has_heading) {
      const std::string_view content = without_last_line_end(above);
      if (content.size() == above.size() || !content.ends_with(place)) continue;
      top = content.size() - place.size();
      if (line_begin(text, top) != top) continue;
    }
    const bool is_led = has_lead(above.substr(0, top), lead);
    if (!has_heading && !lead.empty() && !is_led) continue;
    if (is_led) top -= lead.size();
    origins.erase(origin);
    return top;
  }
  return begin;
}

std::string without_lines(std::string_view text, Span lines, EditOrigins& origins) {
  std::size_t begin = lines.begin;
  std::size_t end = lines.end;
  const bool is_open_end = size_of_line_end_before(text, end) == 0;
  if (!has_more_of_block(text, end, origins)) {
    const std::size_t heading = begin_of_heading(text, begin, origins);
    const std::string_view taken = text.substr(heading, begin - heading);
    // The line ends that closed an open last line go with the block; what follows keeps its own.
    const bool had_open_end = taken.starts_with("\n\n") || taken.starts_with("\r\n\r\n");
    if (had_open_end && !is_open_end) end -= size_of_line_end_before(text, end);
    if (is_open_end && !had_open_end && heading > 0) {
      begin = heading - size_of_line_end_before(text, heading);
    } else {
      begin = heading;
    }
  } else if (is_open_end) {
    begin -= size_of_line_end_before(text, begin);
  }
  return std::string(text.substr(0, begin)) + std::string(text.substr(end));
}

}  // namespace

EnvironmentRemoval remove_variables(std::string_view text, std::string_view file,
                                    const std::vector<std::string>& names, EditOrigins& origins) {
  EnvironmentRemoval removal = {.text = std::string(text), .removed = {}, .kept = {}};
  for (const std::string& name : names) {
    const std::vector<ExampleVariable> known = read_environment_example(removal.text, file);
    const auto present = std::ranges::find(known, name, &ExampleVariable::name);
    const auto origin = origins.find(name);
    const std::string added = origin == origins.end() ? "" : origin->second;
    if (origin != origins.end()) origins.erase(origin);
    if (present == known.end()) continue;
    std::optional<Span> lines = find_lines(removal.text, added);
    if (added.empty()) {
      std::size_t begin = 0;
      for (std::size_t line = 1; line < present->evidence.line; ++line) {
        begin = removal.text.find('\n', begin) + 1;
      }
      const std::size_t end = end_of_line(removal.text, begin);
      const bool is_one_line = present->value.find('\n') == std::string::npos;
      if (is_one_line) lines = {.begin = begin, .end = end + size_of_line_end(removal.text, end)};
    }
    if (!lines) {
      removal.kept.push_back(*present);
      continue;
    }
    removal.text = without_lines(removal.text, *lines, origins);
    removal.removed.push_back(name);
  }
  return removal;
}

}  // namespace mlx
