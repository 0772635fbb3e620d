#include "engine/plan/rules/room_names.h"

#include <algorithm>

#include "engine/plan/rules/room_files.h"

namespace mlx {
namespace {

std::string_view last_part(std::string_view dotted) {
  const auto dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

/// The index behind the bracket that closes the one at `open`; the text's size if none does.
std::size_t closing_bracket(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '[' || text[i] == '(' || text[i] == '{') ++depth;
    if (text[i] == ']' || text[i] == ')' || text[i] == '}') --depth;
    if (depth == 0) return i;
  }
  return text.size();
}

/// Does it return what takes a thing and gives it back: `-> Callable[[X], X]`?
bool is_decorator(std::string_view signature) {
  constexpr std::string_view kReturns = " -> Callable[[";
  const auto at = signature.find(kReturns);
  if (at == std::string_view::npos) return false;
  const std::size_t open = at + kReturns.size() - 1;
  const std::size_t close = closing_bracket(signature, open);
  if (close == signature.size()) return false;
  const std::string_view taken = signature.substr(open + 1, close - open - 1);
  std::string_view given = signature.substr(close + 1);
  return given.starts_with(", ") && given.ends_with(']') && given.substr(2, given.size() - 3) == taken;
}

/// The parameters that have to be given: `(kind, name)` of `(kind: str, name: str, *, version: str = "1.0")`.
std::string required_parameters(std::string_view signature) {
  const std::size_t close = closing_bracket(signature, 0);
  std::string_view rest = signature.substr(1, close == 0 ? 0 : close - 1);
  std::string required;
  while (!rest.empty()) {
    std::size_t end = 0;
    while (end < rest.size() && rest[end] != ',') {
      const bool is_bracket = rest[end] == '[' || rest[end] == '(' || rest[end] == '{';
      end = is_bracket ? closing_bracket(rest, end) + 1 : end + 1;
    }
    end = std::min(end, rest.size());
    const std::string_view parameter = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    const std::string_view name = parameter.substr(0, parameter.find_first_of(": ="));
    const bool is_needed = !parameter.contains('=') && !name.starts_with('*') && name != "/";
    if (is_needed) required += (required.empty() ? "" : ", ") + std::string(name);
  }
  return "(" + required + ")";
}

bool is_protocol(std::string_view base) {
  const std::string_view name = last_part(base.substr(0, base.find('[')));
  return name == "Protocol" || name == "ABC";
}

bool is_error(std::string_view name) { return name.ends_with("Error") || name.ends_with("Exception"); }

class NameReader {
 public:
  NameReader(const NameSources& sources, ComponentRoom& room) : sources_(sources), room_(room) {
    if (sources.package) offered_ = sources.index.module(*sources.package).all;
  }

  void run() {
    count_extensions();
    for (const FileId file : sources_.files) {
      read_decorators(file);
      read_bases(file);
    }
    read_offered();
  }

 private:
  [[nodiscard]] bool is_offered(const std::string& name) const {
    return std::ranges::find(offered_, name) != offered_.end();
  }

  /// The package for what it offers, else the module.
  [[nodiscard]] std::string import_of(FileId file, const std::string& name) const {
    const FileId module = is_offered(name) && sources_.package ? *sources_.package : file;
    return module_of(sources_.index.python()[module], sources_.layout);
  }

  [[nodiscard]] const std::string& path(FileId file) const { return sources_.index.python()[file].str(); }

  /// How many classes of all components extend a class of this name.
  void count_extensions() {
    for (const auto& [name, component] : sources_.lock.components) {
      for (const auto& [file_path, locked] : component.files) {
        const auto file = sources_.index.find(file_path);
        if (!file) continue;
        for (const PythonClass& one : sources_.index.module(*file).classes) {
          for (const std::string& base : one.bases) {
            ++extensions_[std::string(last_part(std::string_view(base).substr(0, base.find('['))))];
          }
        }
      }
    }
  }

  void read_decorators(FileId file) {
    for (const PythonSymbol& symbol : sources_.index.module(file).symbols) {
      const bool is_public_function =
          symbol.kind == PythonSymbolKind::kFunction && !symbol.name.starts_with('_');
      if (!is_public_function || !is_decorator(symbol.signature)) continue;
      room_.decorators.push_back({.name = "@" + symbol.name + required_parameters(symbol.signature),
                                  .place = import_of(file, symbol.name),
                                  .summary = symbol.summary});
      named_.push_back(symbol.name);
    }
  }

  void read_bases(FileId file) {
    const PythonModule& module = sources_.index.module(file);
    for (const PythonClass& one : module.classes) {
      const bool is_to_be_extended = std::ranges::any_of(one.bases, is_protocol) || is_extended(one.name);
      if (one.name.starts_with('_') || is_error(one.name) || !is_to_be_extended) continue;
      const auto symbol = std::ranges::find(module.symbols, one.name, &PythonSymbol::name);
      room_.bases.push_back({.name = one.name,
                             .place = path(file),
                             .summary = symbol == module.symbols.end() ? "" : symbol->summary});
      named_.push_back(one.name);
    }
  }

  [[nodiscard]] bool is_extended(const std::string& name) const {
    const auto count = extensions_.find(name);
    return is_offered(name) && count != extensions_.end() && count->second > 1;
  }

  void read_offered() {
    for (const std::string& name : offered_) {
      const bool is_named = std::ranges::find(named_, name) != named_.end();
      if (!is_named && !is_error(name) && !name.starts_with('_')) room_.names.push_back(name);
    }
  }

  const NameSources& sources_;
  ComponentRoom& room_;
  std::vector<std::string> offered_;
  std::vector<std::string> named_;
  std::map<std::string, int> extensions_;
};

}  // namespace

void read_room_names(const NameSources& sources, ComponentRoom& room) { NameReader(sources, room).run(); }

}  // namespace mlx
