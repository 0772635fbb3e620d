#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/source/python_mentions.h"
#include "engine/source/python_practice.h"
#include "engine/source/python_use.h"

namespace mlx {

/// Under what circumstances a statement runs.
struct PythonContext {
  bool is_type_checking = false;  ///< below `if TYPE_CHECKING:`; its `else` always runs
  bool is_optional = false;  ///< in a `try` that survives a missing module, in what handles it, or its `else`
  bool is_deferred = false;  ///< in a function: when it is called
  bool is_conditional = false;  ///< below some other `if`

  bool operator==(const PythonContext&) const = default;
};

/// One imported thing: `import module as alias`, or `from ..module import name as alias`.
struct PythonImport {
  std::string module;         ///< as written, without leading dots: `os.path`; empty in `from . import x`
  std::uint32_t level = 0;    ///< leading dots; 0 is absolute
  std::string name;           ///< what is imported from it; empty for `import module`; `*` for all
  std::string alias;          ///< the name after `as`; empty if there is none
  bool is_dynamic = false;    ///< `importlib.import_module("module")`, `__import__("module")`
  bool is_top_level = false;  ///< it binds its name in the module, not in a function or a class
  PythonContext context;
  std::uint32_t line = 0;

  /// The name that it binds where it stands; empty for `*` and for a dynamic import.
  [[nodiscard]] std::string_view bound_name() const;
  bool operator==(const PythonImport&) const = default;
};

enum class PythonSymbolKind : std::uint8_t { kFunction, kClass, kMethod, kVariable };

/// A name that the module binds at its top level, or a method of such a class.
struct PythonSymbol {
  std::string name;  ///< `create_app`, or `Store.get` for a method
  PythonSymbolKind kind = PythonSymbolKind::kVariable;
  /// Of a function or method: `(app: FastAPI) -> None`, on one line, without comments. Of a class:
  /// its bases, `(Section, metaclass=M)`. Of a variable: its annotation, if it has one.
  std::string signature;
  std::string summary;  ///< first line of the docstring
  std::uint32_t line = 0;

  bool operator==(const PythonSymbol&) const = default;
};

/// A class attribute with an annotation, as dataclasses and pydantic take for fields.
struct PythonField {
  std::string name;
  std::string annotation;
  std::string default_text;              ///< as written; empty if there is none
  std::vector<std::string> environment;  ///< variables that pydantic is told to read: `validation_alias="X"`
  bool is_required = false;              ///< without a default, or with `...`
  std::optional<std::string> literal;    ///< the default as text, if it is a literal
  std::string description;               ///< `Field(description="…")`
  std::uint32_t line = 0;

  bool operator==(const PythonField&) const = default;
};

/// A top-level class that has bases or fields.
struct PythonClass {
  std::string name;
  std::vector<std::string> bases;  ///< with import aliases resolved: `pydantic_settings.BaseSettings`
  std::string environment_prefix;  ///< `env_prefix` of its configuration
  std::vector<PythonField> fields;
  bool is_dataclass = false;
  std::uint32_t line = 0;

  bool operator==(const PythonClass&) const = default;
};

/// A variable that holds a web application or a router, or an application that serves metrics.
struct PythonRouter {
  std::string variable;
  std::string type;    ///< `fastapi.FastAPI`, `flask.Blueprint`, `prometheus_client.make_asgi_app`, …
  std::string prefix;  ///< empty if it has none, or one that is not written there
  bool is_prefix_known = true;  ///< false for `prefix=settings.prefix`
  std::string function;         ///< where it is made; empty at the top level
  std::uint32_t line = 0;

  bool operator==(const PythonRouter&) const = default;
};

struct PythonRoute {
  std::string router;  ///< the object as written: `app`, `self.router`; empty for `Route(…)`
  std::vector<std::string> methods;
  std::string path;
  std::string handler;   ///< name of the function in this module, or the expression
  std::string function;  ///< where the router is named; empty at the top level
  std::uint32_t line = 0;

  bool operator==(const PythonRoute&) const = default;
};

/// `app.include_router(router, prefix=…)` and its like.
struct PythonInclusion {
  std::string into;    ///< the object as written; empty for `Mount(…)`
  std::string router;  ///< the expression, with import aliases resolved
  std::string prefix;  ///< as a router's
  bool is_prefix_known = true;
  std::string function;  ///< that it stands in; empty at the top level
  std::uint32_t line = 0;

  bool operator==(const PythonInclusion&) const = default;
};

/// An environment variable that the code reads.
struct EnvironmentRead {
  std::string name;
  bool is_required = false;             ///< its absence is an error: `os.environ["X"]`
  std::optional<std::string> fallback;  ///< the default, if it is a literal
  PythonContext context;
  std::uint32_t line = 0;

  bool operator==(const EnvironmentRead&) const = default;
};

/// A string that is the address of a service; without its user, password, path and query.
struct ServiceAddress {
  std::string scheme;
  std::string host;
  std::string port;
  std::uint32_t line = 0;

  bool operator==(const ServiceAddress&) const = default;
};

/// A function that makes a web application and returns it.
struct ApplicationFactory {
  std::string function;
  std::string variable;  ///< what it calls the application
  std::string type;      ///< `fastapi.FastAPI`
  std::vector<std::string>
      calls;  ///< statements of its body that are calls, as written up to the `(`, in order
  std::uint32_t line = 0;

  bool operator==(const ApplicationFactory&) const = default;
};

/// A call or a decorator that puts something into a registry under a name that stands there literally,
/// whenever the module is loaded: `@MODELS.register("tree")`. Left out where it says that it replaces
/// another.
struct PythonRegistration {
  std::string registry;  ///< what is called, with import aliases resolved: `.core.MODELS.register`, `plugin`
  std::vector<std::string> names;    ///< the leading arguments that are literals: `tree`; at most two
  std::uint32_t argument_count = 0;  ///< with those that are no literals, or have a name
  bool is_decorator = false;
  std::uint32_t line = 0;

  bool operator==(const PythonRegistration&) const = default;
};

/// A server that is started on a port which stands there literally.
struct PythonListener {
  std::string application;     ///< as written, with import aliases resolved: `app`, `shop.api:app`
  std::string port;            ///< in digits, never 0
  bool is_background = false;  ///< beside the rest of the program: Prometheus's server of metrics
  PythonContext context;
  std::uint32_t line = 0;

  bool operator==(const PythonListener&) const = default;
};

struct SourceProblem {
  std::string code;  ///< `syntax-error`, `dynamic-import`
  std::string message;
  std::uint32_t line = 0;

  bool operator==(const SourceProblem&) const = default;
};

/// What one Python file says, apart from where it lies: a function of its bytes only.
struct PythonModule {
  std::string summary;  ///< first line of its docstring
  std::vector<PythonImport> imports;
  std::vector<PythonSymbol> symbols;
  bool has_all = false;          ///< it sets `__all__`
  bool is_all_known = true;      ///< and only to literal names
  std::vector<std::string> all;  ///< in order
  std::vector<PythonClass> classes;
  std::vector<PythonRouter> routers;
  std::vector<PythonRoute> routes;
  std::vector<PythonInclusion> inclusions;
  std::vector<EnvironmentRead> environment;
  std::vector<ServiceAddress> services;
  std::vector<ApplicationFactory> factories;
  std::vector<PythonRegistration> registrations;
  std::vector<PythonListener> listeners;
  std::vector<PythonUse> uses;  ///< of imported names, in the order in which they stand
  std::vector<PythonPractice> practices;
  PythonMentions mentions;
  bool is_script = false;  ///< it has an `if __name__ == "__main__":`
  std::vector<SourceProblem> problems;

  bool operator==(const PythonModule&) const = default;
};

/// Reads a Python 3 file; any bytes have a module. A file with syntax errors yields what can be
/// read, and a problem. Linear in the text.
[[nodiscard]] PythonModule read_python_module(std::string_view text);

}  // namespace mlx
