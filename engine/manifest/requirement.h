#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// What a project needs from a package index, as PEP 508 writes it:
/// `name[extra]>=1,<2; marker`, or `name[extra] @ url ; marker`.
struct Requirement {
  std::string name;                 ///< as written; compare by normalized_name()
  std::vector<std::string> extras;  ///< as written, in order
  std::string specifier;            ///< without spaces: `>=1,<2`; empty if any version will do
  std::string url;                  ///< direct reference; never together with a specifier
  std::string marker;               ///< one space between tokens, single quotes: `python_version < '3.11'`
  std::string text;                 ///< the whole, as written

  bool operator==(const Requirement&) const = default;
};

/// Parses one PEP 508 requirement; the old `name (>=1)` is accepted. Fails with
/// kInvalidInput; message and Location::column (bytes, from 1) say where.
[[nodiscard]] Result<Requirement> parse_requirement(std::string_view text);

/// The one spelling that all spellings of a distribution's name share (PEP 503):
/// lower case, and `-` for every run of `-`, `_` and `.`.
[[nodiscard]] std::string normalized_name(std::string_view name);

/// The canonical spelling, from the fields other than `text`; parses to the same requirement.
[[nodiscard]] std::string render(const Requirement& requirement);

}  // namespace mlx
