#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/source/python_module.h"
#include "engine/source/python_token_view.h"

namespace mlx {

/// What the names of a file stand for, as far as one can tell without running it.
struct PythonNames {
  /// Full dotted names of what imports bound: `env` is `os.environ`.
  std::map<std::string, std::string, std::less<>> imported;
  /// Names that stand for something that is_notable(), under another name than its own.
  std::set<std::string, std::less<>> notable;
  /// Top-level names that are set to a string literal, if that is not a long text.
  std::map<std::string, std::string, std::less<>> constants;

  /// The dotted path, or a call of one, with its first name replaced by what it was imported as.
  [[nodiscard]] std::string resolve(std::string_view dotted) const;
  /// Makes `name` stand for the dotted path `full`.
  void add(std::string name, std::string full);
  /// Does the last name of a path, which is written so, stand for something to look at?
  [[nodiscard]] bool is_notable(std::string_view last_name) const;
};

/// Where in the file a call or a subscript stands.
struct PythonPlace {
  PythonContext context;
  std::string function;  ///< or class; empty at the top level
  std::uint32_t line = 0;
};

/// One `callee(…)`.
struct PythonCall {
  std::string written;   ///< the callee: `app.include_router`
  std::string resolved;  ///< with import aliases resolved
  TokenRange callee;
  std::size_t open = 0;   ///< its bracket
  std::size_t close = 0;  ///< the one that closes it
};

/// Does this function, given with import aliases resolved, import the module that its first argument names?
[[nodiscard]] bool is_import_by_name(std::string_view function);

/// Adds to the module what a call tells: environment variables, routes, included routers,
/// dynamic imports, what it registers under a name, and on which port it serves.
void recognize_call(const PythonTokenView& view, const PythonCall& call, const PythonNames& names,
                    const PythonPlace& place, PythonModule& module);

/// A decorator's call that makes the function below it a route; nothing if it is none.
[[nodiscard]] std::optional<PythonRoute> recognize_route_decorator(const PythonTokenView& view,
                                                                   const PythonCall& call,
                                                                   const PythonNames& names);

/// A router or an application, if `call` makes one. The variable is left to the caller.
[[nodiscard]] std::optional<PythonRouter> recognize_router(const PythonTokenView& view,
                                                           const PythonCall& call, const PythonNames& names);
[[nodiscard]] bool is_application_type(std::string_view type);

/// `scheme://user:password@host:port/…` of a program that one runs beside the service; nothing for
/// other addresses, such as those of documentation.
[[nodiscard]] std::optional<ServiceAddress> recognize_service(std::string_view text);

/// The value of an expression that is a string literal or names a constant.
[[nodiscard]] std::optional<std::string> text_value(const PythonTokenView& view, TokenRange value,
                                                    const PythonNames& names);
/// The value of a literal as text: that of a string, or a number or a bool as written.
[[nodiscard]] std::optional<std::string> literal_value(const PythonTokenView& view, TokenRange value,
                                                       const PythonNames& names);

}  // namespace mlx
