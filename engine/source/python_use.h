#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mlx {

enum class PythonUseKind : std::uint8_t {
  kCall,
  kDecorator,  ///< above a function or a class, called or not
  kReference,  ///< neither: a base class, an annotation, an argument
};

/// A use of a name that the module imports, anywhere in it. Also of a method of a class of its own top level
/// (`Model.parse_obj(…)`) and of the built-in functions that wait (`open`, `input`). What a parameter or a
/// local variable of the same name hides is no use. What a function refers to again soon is left out,
/// and so is all of `typing`, `typing_extensions` and `collections.abc`.
struct PythonUse {
  std::string name;  ///< with import aliases resolved: `requests.get`, `.models.User`, `Model.parse_obj`
  PythonUseKind kind = PythonUseKind::kReference;
  std::string function;      ///< that it stands in: `create_app`, `Store.get`; empty outside of any
  bool is_in_async = false;  ///< the nearest function around is `async def`
  bool is_awaited = false;
  std::vector<std::string> keywords;  ///< names of a call's keyword arguments, in order
  std::uint32_t line = 0;

  bool operator==(const PythonUse&) const = default;
};

}  // namespace mlx
