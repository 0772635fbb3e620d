#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// A statement that a component adds to another's function, and where: `start`, `end`,
/// `before-return`, or `after:NAME`, behind the last call of NAME.
struct AddedStatement {
  std::string text;
  std::string location;

  bool operator==(const AddedStatement&) const = default;
};

/// What a component adds to a file of another one: lines in its application factory, and their
/// imports. Written out as a template it is a whole, small factory that has nothing but these lines.
struct Enhancement {
  std::string function;              ///< `create_app`
  std::string variable;              ///< what the statements call the application: `app`
  std::string constructor;           ///< `FastAPI`
  std::string framework;             ///< where the constructor is imported from: `fastapi`
  std::vector<std::string> imports;  ///< `from src.rate_limiting import add_rate_limiting`
  std::vector<AddedStatement> statements;

  bool operator==(const Enhancement&) const = default;
};

struct SlicedFile {
  std::string rest;         ///< the file without the lines
  Enhancement enhancement;  ///< without statements if the file has none of the component's
};

/// Takes the lines of a component out of a Python file: top-level imports of `modules` (or of what is
/// below them), and statements of one function that use what they bind. Fails with kInvalidInput and
/// the line if one of the names is used in any other way: such a file cannot be told apart.
[[nodiscard]] Result<SlicedFile> slice_enhancement(std::string_view text, std::string_view file,
                                                   const std::set<std::string>& modules);

/// The template; locations are not part of it.
[[nodiscard]] std::string write_enhancement(const Enhancement& enhancement);
/// Reads a template back. `locations` are those of its statements, in order.
[[nodiscard]] Result<Enhancement> read_enhancement(std::string_view text, std::string_view file,
                                                   const std::vector<std::string>& locations);

/// The file with the lines added: to the function of that name, else to another function that makes
/// and returns the application, else behind the place where the module makes one. What the file
/// calls the application is used instead of the enhancement's own name. Imports go where sorted
/// imports would have them. What is there already is not added again. Fails with kNotFound if no
/// such place exists, with kInvalidInput if the file is not valid Python.
[[nodiscard]] Result<std::string> insert_enhancement(std::string_view text, std::string_view file,
                                                     const Enhancement& enhancement);

/// The file without the lines, as it was before insert_enhancement(). Lines that somebody changed stay.
[[nodiscard]] std::string remove_enhancement(std::string_view text, const Enhancement& enhancement);

}  // namespace mlx
