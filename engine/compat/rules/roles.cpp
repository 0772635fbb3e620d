#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"

namespace mlx::compat {
namespace {

/// Something of which one is enough, and what fills it.
struct Filling {
  std::string_view role;
  std::string_view module;
  std::string_view name;
};

// Starlette is no entry: FastAPI is built on it. Neither is Click, on which Typer is, nor argparse, which
// small scripts use beside anything.
constexpr std::array kFillings = {
    Filling{"web framework", "fastapi", "FastAPI"},
    Filling{"web framework", "flask", "Flask"},
    Filling{"web framework", "django", "Django"},
    Filling{"web framework", "sanic", "Sanic"},
    Filling{"web framework", "litestar", "Litestar"},
    Filling{"web framework", "aiohttp.web", "aiohttp"},
    Filling{"web framework", "bottle", "Bottle"},
    Filling{"web framework", "falcon", "Falcon"},
    Filling{"settings library", "pydantic_settings", "pydantic-settings"},
    Filling{"settings library", "dynaconf", "Dynaconf"},
    Filling{"settings library", "decouple", "python-decouple"},
    Filling{"settings library", "environs", "environs"},
    Filling{"settings library", "environ", "django-environ"},
    Filling{"command-line library", "typer", "Typer"},
    Filling{"command-line library", "fire", "Fire"},
    Filling{"command-line library", "docopt", "docopt"},
    Filling{"command-line library", "cleo", "Cleo"},
};

struct Filled {
  const Filling* filling = nullptr;
  Evidence place;
};

/// Does an import load the module, or something in it?
bool loads(const PythonImport& import, std::string_view module) {
  const std::string full = import.module + (import.name.empty() ? "" : "." + import.name);
  const auto begins = [&](std::string_view text) {
    return text == module ||
           (text.starts_with(module) && text.size() > module.size() && text[module.size()] == '.');
  };
  return import.level == 0 && !import.context.is_optional && !import.context.is_type_checking &&
         (begins(import.module) || begins(full));
}

std::optional<Filled> first_filling(const Party& party, std::string_view role) {
  for (const FileId file : party.sources) {
    for (const PythonImport& import : party.module(file).imports) {
      for (const Filling& filling : kFillings) {
        if (filling.role != role || !loads(import, filling.module)) continue;
        return Filled{.filling = &filling, .place = {.file = party.path(file), .line = import.line}};
      }
    }
  }
  return std::nullopt;
}

bool has_filling(const Party& party, const Filling& wanted) {
  for (const FileId file : party.sources) {
    for (const PythonImport& import : party.module(file).imports) {
      if (loads(import, wanted.module)) return true;
    }
  }
  return false;
}

}  // namespace

void check_role_filled_twice(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                             RuleFindings& findings) {
  for (const std::string_view role : {"web framework", "settings library", "command-line library"}) {
    const auto first = first_filling(one, role);
    const auto second = first_filling(other, role);
    if (!first || !second || has_filling(one, *second->filling) || has_filling(other, *first->filling))
      continue;
    report(findings,
           {.subject = std::string(role),
            .message = one.title() + " uses " + std::string(first->filling->name) + " as its " +
                       std::string(role) + " and " + other.title() + " uses " +
                       std::string(second->filling->name),
            .remedy = "decide on one before the two grow together",
            .evidence = {first->place, second->place}},
           {&one, &other});
  }
}

}  // namespace mlx::compat
