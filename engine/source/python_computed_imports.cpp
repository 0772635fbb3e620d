// The parts of PythonReader that keep what a module may reach by the names that it spells.

#include <algorithm>

#include "engine/source/python_reader.h"

namespace mlx {

/// Of the string at token `i`, or the name there: in a dotted path, the first and the last are enough.
void PythonReader::read_mention(std::size_t i, std::size_t end) {
  if (view_.at(i).kind == TokenKind::kString) return mentions_.read_text(view_.text(i));
  mentions_.read_name(view_.text(i));
  const std::size_t path_end = view_.end_of_path(i, end);
  if (path_end > i + 1) mentions_.read_name(view_.text(path_end - 1));
}

/// `import_module(name, __package__)`
bool PythonReader::names_own_package(const std::vector<PythonArgument>& arguments) const {
  const auto named = std::ranges::find(arguments, "package", &PythonArgument::name);
  const bool is_second = named == arguments.end() && arguments.size() > 1 && arguments[1].name.empty();
  if (!is_second && named == arguments.end()) return false;
  const TokenRange value = is_second ? arguments[1].value : named->value;
  for (std::size_t i = value.begin; i < value.end; ++i) {
    if (view_.text(i) == "__name__" || view_.text(i) == "__package__") return true;
  }
  return false;
}

void PythonReader::read_computed_import(const PythonCall& call, std::uint32_t line) {
  const auto arguments = view_.arguments(call.open, call.close);
  if (arguments.empty()) return;
  const auto named = std::ranges::find(arguments, "name", &PythonArgument::name);
  const TokenRange name = named == arguments.end() ? arguments.front().value : named->value;
  if (text_value(view_, name, names_)) return;  // it is an import like any other, or a word that is kept
  PythonComputedImport import = computed_import(name);
  import.line = line;
  import.is_in_own_package = import.is_in_own_package || names_own_package(arguments);
  mentions_.add(std::move(import));
}

/// Strings and constants that are joined by `+`, filled in by `%` or `format`, or have fields.
PythonComputedImport PythonReader::computed_import(TokenRange name) const {
  PythonComputedImport import;
  for (const TokenRange part : view_.split(name, '+')) {
    if (part.is_empty()) continue;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const std::string_view text = view_.text(i);
      if (text == "__name__" || text == "__package__") import.is_in_own_package = true;
    }
    const PythonToken& first = view_.at(part.begin);
    if (first.kind == TokenKind::kString) {
      import.pattern += text_pattern(view_.text(part.begin));
    } else if (const auto constant = text_value(view_, part, names_)) {
      import.pattern += *constant;
    } else {
      import.pattern += '*';
    }
  }
  const auto repeated = [](char a, char b) { return a == '*' && b == '*'; };
  import.pattern.erase(std::ranges::unique(import.pattern, repeated).begin(), import.pattern.end());
  if (import.pattern.starts_with('.')) import.is_in_own_package = true;
  return import;
}

}  // namespace mlx
