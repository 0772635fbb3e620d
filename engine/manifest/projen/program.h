#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"
#include "engine/manifest/list_edit.h"

namespace mlx {

/// A list of strings that stands in a program word for word.
struct StringList {
  WrittenList written;
  std::vector<std::string> values;  ///< one for each element
};

/// One method call on the project: `project.add_dependency("httpx>=0.27")`.
struct ProjenCall {
  std::string method;
  Span span;  ///< of the statement, or of the call if it is inside of one
  std::vector<std::optional<std::string>> arguments;  ///< positional ones; nothing for what is no string
  std::vector<Span> argument_spans;
  bool has_keywords = false;
  bool is_statement = false;  ///< a statement of the module, on lines of its own; not in a loop or a function
};

/// What MLX reads of a `.projenrc.py`: a module that makes one project, calls its methods, and synthesises it
/// at the end. Nothing is run. Spans refer to `text`.
struct ProjenProgram {
  std::string text;
  std::string file;
  std::string variable;                               ///< what holds the project: `project`
  std::string class_name;                             ///< without the module: `PythonProject`
  Span arguments;                                     ///< of the constructor, with the parentheses
  std::map<std::string, Span, std::less<>> keywords;  ///< values of the constructor's keyword arguments
  std::optional<Span> unpacked;                       ///< the first `**options` of the constructor
  std::vector<ProjenCall> calls;                      ///< in order, without synth()
  std::size_t end = 0;                                ///< where statements go that come before `synth()`

  [[nodiscard]] bool has_keyword(std::string_view name) const { return keywords.contains(name); }
  [[nodiscard]] std::string_view spelling(Span span) const {
    return std::string_view(text).substr(span.begin, span.size());
  }
  /// `file:line` of a span.
  [[nodiscard]] Location location(Span span) const;
};

/// Fails with kInvalidInput and a location for a text that is not valid Python, and for a module that does
/// not make a project in a variable at its top level and synthesise it there.
[[nodiscard]] Result<ProjenProgram> read_projen_program(std::string text, std::string file);

/// The list that a keyword argument of the constructor is given: written there, or in a variable of the
/// module that is used for nothing else. Nothing if there is no such argument. Fails with kInvalidInput, the
/// place and the reason if the list is computed.
[[nodiscard]] Result<std::optional<StringList>> list_argument(const ProjenProgram& program,
                                                              std::string_view keyword);

}  // namespace mlx
