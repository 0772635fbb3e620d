#include "engine/manifest/requirements_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "engine/base/text_lines.h"
#include "engine/manifest/sorted_place.h"

namespace mlx {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// A line as pip sees it: continued lines joined, the comment cut off.
struct LogicalLine {
  std::string content;
  Span span;
  std::size_t line = 0;
};

/// Where a comment begins: `#` at the start, or after white space.
std::size_t comment_begin(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '#' && (i == 0 || is_blank(line[i - 1]))) return i;
  }
  return line.size();
}

std::vector<LogicalLine> logical_lines(std::string_view text) {
  std::vector<LogicalLine> lines;
  bool is_continued = false;
  std::size_t number = 0;
  std::size_t offset = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (offset < text.size()) {
    const std::size_t newline = std::min(text.find('\n', offset), text.size());
    std::string_view line = text.substr(offset, newline - offset);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    if (!is_continued) {
      lines.push_back({.content = {}, .span = {.begin = offset, .end = offset}, .line = number});
    }
    lines.back().span.end = offset + line.size();
    const std::size_t comment = comment_begin(line);
    // A comment ends the line, also where it stands between continued ones.
    is_continued = comment == line.size() && line.ends_with('\\');
    lines.back().content += line.substr(0, is_continued ? line.size() - 1 : comment);
    offset = newline + 1;
  }
  std::erase_if(lines, [](const LogicalLine& line) { return trimmed(line.content).empty(); });
  return lines;
}

/// The part of a line before its own options: ` --hash=…`, ` --config-settings …`.
std::string_view without_options(std::string_view line) {
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    if (is_blank(line[i - 1]) && line.substr(i).starts_with("--")) return trimmed(line.substr(0, i));
  }
  return trimmed(line);
}

struct OptionName {
  std::string_view name;
  RequirementLineKind kind;
};
constexpr std::array<OptionName, 6> kOptions = {{{"--requirement", RequirementLineKind::kInclude},
                                                 {"--constraint", RequirementLineKind::kConstraint},
                                                 {"--editable", RequirementLineKind::kEditable},
                                                 {"-r", RequirementLineKind::kInclude},
                                                 {"-c", RequirementLineKind::kConstraint},
                                                 {"-e", RequirementLineKind::kEditable}}};

/// The distribution that a `#egg=NAME` at the end of an address names.
std::optional<Requirement> egg_of(std::string_view address) {
  const std::size_t egg = address.find("#egg=");
  if (egg == std::string_view::npos) return std::nullopt;
  const std::string_view name = address.substr(egg + 5);
  Result<Requirement> parsed = parse_requirement(name.substr(0, name.find('&')));
  if (!parsed) return std::nullopt;
  parsed->url = address.substr(0, egg);
  parsed->text = address;
  return *std::move(parsed);
}

bool is_location(std::string_view line) {
  const std::size_t scheme = line.find("://");
  const bool is_direct_reference = line.substr(0, scheme).find('@') != std::string_view::npos;
  if (scheme != std::string_view::npos && !is_direct_reference) {
    return line.substr(0, scheme).find_first_of(" ;<>=") == std::string_view::npos;
  }
  const std::string_view path = line.substr(0, line.find_first_of(" ;@"));
  return line.starts_with('.') || line.starts_with('/') || line.starts_with("file:") ||
         path.ends_with(".whl") || path.ends_with(".tar.gz") || path.ends_with(".zip") ||
         path.find('/') != std::string_view::npos;
}

Result<RequirementLine> read_line(std::string_view content) {
  const std::string_view line = trimmed(content);
  RequirementLine found;
  found.has_hash = line.find("--hash") != std::string_view::npos;
  for (const auto& [name, kind] : kOptions) {
    if (!line.starts_with(name)) continue;
    const std::string_view rest = line.substr(name.size());
    const bool is_long = name.starts_with("--");
    if (is_long && !rest.starts_with('=') && !rest.starts_with(' ')) continue;
    found.kind = kind;
    found.value = trimmed(rest.starts_with('=') ? rest.substr(1) : rest);
    found.requirement = egg_of(found.value);
    return found;
  }
  found.value = without_options(line);
  if (line.starts_with('-')) {
    found.kind = RequirementLineKind::kOption;
    found.value = line;
  } else if (is_location(found.value)) {
    found.kind = RequirementLineKind::kLocation;
    found.requirement = egg_of(found.value);
  } else {
    found.requirement = MLX_TRY(parse_requirement(found.value));
  }
  return found;
}

Result<void> check_encoding(std::string_view text, std::string_view file) {
  const std::size_t nul = text.find('\0');
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || nul != std::string_view::npos) {
    return fail(ErrorCode::kInvalidInput, "this file is not UTF-8 but probably UTF-16: save it as UTF-8",
                {.file = std::string(file), .line = 1});
  }
  return {};
}

/// Where a line can be inserted after a requirement: behind its last line, and behind indented
/// comments below it, which pip-compile writes about the line above.
std::size_t end_with_notes(std::string_view text, std::size_t end) {
  while (true) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) return end;
    const std::size_t next = newline + 1;
    const std::string_view line = text.substr(next, std::min(text.find('\n', next), text.size()) - next);
    const bool is_note = !line.empty() && is_blank(line.front()) && trimmed(line).starts_with('#');
    if (!is_note) return end;
    end = next + line.size() - (line.ends_with('\r') ? 1 : 0);
  }
}

TextEdit line_insertion(std::string_view text, const RequirementsFile& file, const Requirement& requirement) {
  const std::string line = render(requirement);
  const std::string eol(line_end(text));
  std::vector<std::string> names;
  for (const RequirementLine& present : file.lines) {
    const bool is_named = present.kind == RequirementLineKind::kRequirement && present.requirement;
    names.push_back(is_named ? normalized_name(present.requirement->name) : "");
  }
  const std::size_t place = sorted_place(names, normalized_name(requirement.name));
  if (place < names.size() && (place == 0 || names[place - 1].empty())) {
    const std::size_t begin = file.lines[place].span.begin;
    return {.span = {.begin = begin, .end = begin}, .replacement = line + eol};
  }
  if (place < names.size()) {
    const std::size_t end = end_with_notes(text, file.lines[place - 1].span.end);
    return {.span = {.begin = end, .end = end}, .replacement = eol + line};
  }
  const bool is_open = !text.empty() && text != kByteOrderMark && !text.ends_with('\n');
  return {.span = {.begin = text.size(), .end = text.size()},
          .replacement = is_open ? eol + line : line + eol};
}

/// The line with its line end, or, where it is the last and has none, with the one before it.
TextEdit line_removal(std::string_view text, Span line) {
  std::size_t begin = line.begin;
  std::size_t end = line.end;
  if (end < text.size()) {
    end += size_of_line_end(text, end);
  } else {
    begin -= size_of_line_end_before(text, begin);
  }
  return removal(begin, end);
}

/// A line that was added behind an open continuation would belong to the line before.
Result<void> check_added(const RequirementsEdit& edit, std::string_view file) {
  const Result<RequirementsFile> after = read_requirements(edit.text, file);
  for (const Requirement& added : edit.added) {
    const bool is_there = after && std::ranges::any_of(after->lines, [&](const RequirementLine& line) {
                            return line.kind == RequirementLineKind::kRequirement && line.requirement &&
                                   render(*line.requirement) == render(added);
                          });
    if (!is_there) {
      return fail(ErrorCode::kInvalidInput, "nothing can be added behind the backslash that ends this file",
                  {.file = std::string(file)});
    }
  }
  return {};
}

}  // namespace

Result<RequirementsFile> read_requirements(std::string_view text, std::string_view file) {
  MLX_CHECK(check_encoding(text, file));
  RequirementsFile found = {.file = std::string(file)};
  for (const LogicalLine& logical : logical_lines(text)) {
    Result<RequirementLine> line = read_line(logical.content);
    if (!line) {
      Error error = std::move(line).error();
      const std::size_t indent = logical.content.find_first_not_of(" \t");
      error.location = {.file = found.file, .line = logical.line, .column = error.location.column + indent};
      return std::unexpected(std::move(error));
    }
    line->span = logical.span;
    line->evidence = {.file = found.file, .line = logical.line};
    found.has_hashes = found.has_hashes || line->has_hash;
    found.lines.push_back(*std::move(line));
  }
  return found;
}

namespace {

std::vector<RequirementLine> lines_naming(const RequirementsFile& file, const std::string& name) {
  std::vector<RequirementLine> found;
  for (const RequirementLine& line : file.lines) {
    const bool is_same = line.requirement && normalized_name(line.requirement->name) == normalized_name(name);
    if (is_same) found.push_back(line);
  }
  return found;
}

std::vector<RequirementLine>::const_iterator line_that_says(const std::vector<RequirementLine>& lines,
                                                            const Requirement& requirement) {
  return std::ranges::find_if(lines, [&](const RequirementLine& line) {
    return line.kind == RequirementLineKind::kRequirement && !line.has_hash &&
           render(*line.requirement) == render(requirement);
  });
}

}  // namespace

Result<RequirementsEdit> add_requirements(std::string_view text, std::string_view file,
                                          const std::vector<Requirement>& additions) {
  RequirementsEdit edit = {.text = std::string(text), .added = {}, .present = {}};
  for (const Requirement& addition : additions) {
    const RequirementsFile requirements = MLX_TRY(read_requirements(edit.text, file));
    std::vector<RequirementLine> declared = lines_naming(requirements, addition.name);
    if (!declared.empty()) {
      edit.present.push_back({.requirement = addition, .declared = std::move(declared)});
      continue;
    }
    if (requirements.has_hashes) {
      return fail(ErrorCode::kRefused,
                  "this file is locked by hashes, so it was compiled from another: add `" + render(addition) +
                      "` to that one (requirements.in, or pyproject.toml) and compile again",
                  {.file = std::string(file)});
    }
    edit.text = MLX_TRY(apply_edits(edit.text, {line_insertion(edit.text, requirements, addition)}));
    edit.added.push_back(addition);
  }
  MLX_CHECK(check_added(edit, file));
  return edit;
}

Result<RequirementsRemoval> remove_requirements(std::string_view text, std::string_view file,
                                                const std::vector<Requirement>& additions) {
  RequirementsRemoval removal = {.text = std::string(text), .removed = {}, .kept = {}};
  for (const Requirement& addition : additions) {
    const RequirementsFile requirements = MLX_TRY(read_requirements(removal.text, file));
    std::vector<RequirementLine> declared = lines_naming(requirements, addition.name);
    const auto added = line_that_says(declared, addition);
    if (added != declared.end()) {
      removal.text = MLX_TRY(apply_edits(removal.text, {line_removal(removal.text, added->span)}));
      removal.removed.push_back(addition);
    } else if (!declared.empty()) {
      removal.kept.push_back({.requirement = addition, .declared = std::move(declared)});
    }
  }
  return removal;
}

Result<RequirementsReplacement> replace_requirements(std::string_view text, std::string_view file,
                                                     const std::vector<RequirementChange>& changes) {
  RequirementsReplacement replacement = {.text = std::string(text), .changed = {}, .kept = {}};
  for (const RequirementChange& change : changes) {
    const RequirementsFile requirements = MLX_TRY(read_requirements(replacement.text, file));
    std::vector<RequirementLine> declared = lines_naming(requirements, change.from.name);
    const auto line = line_that_says(declared, change.from);
    const std::size_t begin =
        line == declared.end() ? std::string::npos : replacement.text.find(line->value, line->span.begin);
    if (begin != std::string::npos && begin < line->span.end) {
      replacement.text.replace(begin, line->value.size(), render(change.to));
      replacement.changed.push_back(change);
    } else if (!declared.empty()) {
      replacement.kept.push_back({.requirement = change.to, .declared = std::move(declared)});
    }
  }
  return replacement;
}

}  // namespace mlx
