#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/source/python_module.h"

namespace mlx::test {

using Lines = std::vector<std::string>;

/// The facts of a Python text as one line each, so that a test shows text in and lines out.

/// `import a.b as c`, `from ..a import b`, `dynamic a.b`, followed by the words inner (not at the top
/// level), checking, optional, deferred and conditional where they hold.
Lines imports_of(std::string_view text);
/// `function f(x: int)`, `class A(B)`, `method A.f(self)`, `variable x int`.
Lines symbols_of(std::string_view text);
/// Names of the top-level symbols only.
Lines names_of(std::string_view text);
/// `X`, with `!` if it is required and `=default` if it has one, and the words of imports_of().
Lines environment_of(std::string_view text);
/// `GET,POST /path -> handler on router`.
Lines routes_of(std::string_view text);
/// `app.include_router <- router at /prefix` as `app <- router at /prefix`.
Lines inclusions_of(std::string_view text);
/// `MODELS.register: a b of 3` for three arguments, with `@` before it for a decorator.
Lines registrations_of(std::string_view text);
/// `app on 8000`, or `metrics on 8000`, and the words of imports_of().
Lines listeners_of(std::string_view text);
/// `name()`, `@name` or `name`, with keywords in the brackets, then ` in function`, ` async` and ` awaited`.
Lines uses_of(std::string_view text);
/// `kind symbol first-last`, with the kinds in short words; details are left out.
Lines practices_of(std::string_view text);
/// `code at line`.
Lines problems_of(std::string_view text);
/// The tokens of a text: names and operators as written, and NL, IN, DE and END.
std::string tokens_of(std::string_view text);

}  // namespace mlx::test
