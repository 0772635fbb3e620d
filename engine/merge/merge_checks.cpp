#include "engine/merge/merge_checks.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/merge/sequence_diff.h"

namespace mlx {
namespace {

/// What a text says, as numbers in its order: names and numbers, and the words of strings and comments. A
/// formatter leaves them as they are. Keywords say less: of `import a` that became `from b import c` nobody
/// can tell whether the `import` is the same.
constexpr std::uint32_t kKeyword = 0x4000'0000U;
constexpr std::uint32_t kWordOfText = 0x8000'0000U;

class SaidSymbols {
 public:
  Symbols of(const Outline& outline) {
    Symbols symbols;
    if (outline.is_data) {
      append_atoms(outline, 0, outline.atoms.size(), symbols);
    } else {
      append(outline, outline.root, symbols);
    }
    return symbols;
  }

 private:
  void append(const Outline& outline, const Element& element, Symbols& symbols) {
    append_atoms(outline, element.first_atom, element.header_atoms, symbols);
    for (const Element& child : element.children) {
      append_words(outline.lead(child), symbols);
      append(outline, child, symbols);
    }
    append_words(outline.tail(element), symbols);
  }

  void append_atoms(const Outline& outline, std::size_t begin, std::size_t end, Symbols& symbols) {
    for (std::size_t i = begin; i < end; ++i) {
      const Atom& atom = outline.atoms[i];
      const std::string_view text = outline.text_of(atom);
      if (atom.is_text || atom.is_comment) {
        append_words(text, symbols);
      } else if (atom.is_name || (!text.empty() && text.front() >= '0' && text.front() <= '9')) {
        symbols.push_back(atom.symbol);
      } else if (!outline.is_data && !text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        symbols.push_back(kKeyword + atom.symbol);
      }
    }
  }

  void append_words(std::string_view text, Symbols& symbols) {
    constexpr std::string_view kBetween = " \t\r\n\"'#";
    for (auto begin = text.find_first_not_of(kBetween); begin != std::string_view::npos;) {
      const auto end = std::min(text.find_first_of(kBetween, begin), text.size());
      // Apart from the symbols of atoms.
      symbols.push_back(kWordOfText + words_.of(text.substr(begin, end - begin)));
      begin = text.find_first_not_of(kBetween, end);
    }
  }

  SymbolTable words_;
};

/// How often a side adds and removes each symbol.
struct SideChanges {
  std::map<std::uint32_t, int> added;
  std::map<std::uint32_t, int> removed;

  SideChanges(const Symbols& base, const Symbols& side) {
    for (const SequenceChange& change : diff_sequences(base, side)) {
      for (std::size_t i = change.a_begin; i < change.a_end; ++i) ++removed[base[i]];
      for (std::size_t j = change.b_begin; j < change.b_end; ++j) ++added[side[j]];
    }
  }
};

int at(const std::map<std::uint32_t, int>& counted, std::uint32_t symbol) {
  const auto found = counted.find(symbol);
  return found == counted.end() ? 0 : found->second;
}

/// Names that Python itself has: no edit takes them away.
bool is_built_in(std::string_view name) {
  constexpr std::array<std::string_view, 52> kNames = {
      "False",   "None",    "True",  "abs",    "all",       "any",    "bool",       "bytes",      "callable",
      "chr",     "dict",    "dir",   "divmod", "enumerate", "filter", "float",      "format",     "frozenset",
      "getattr", "hasattr", "hash",  "id",     "input",     "int",    "isinstance", "issubclass", "iter",
      "len",     "list",    "map",   "max",    "min",       "next",   "object",     "open",       "ord",
      "pow",     "print",   "range", "repr",   "reversed",  "round",  "set",        "setattr",    "slice",
      "sorted",  "str",     "sum",   "super",  "tuple",     "type",   "zip"};
  return std::ranges::binary_search(kNames, name);
}

/// How often each name occurs, by its symbol.
std::vector<int> name_counts(const Outline& outline) {
  std::vector<int> counted;
  for (const Atom& atom : outline.atoms) {
    if (!atom.is_name || is_built_in(outline.text_of(atom))) continue;
    if (atom.symbol >= counted.size()) counted.resize(atom.symbol + 1);
    ++counted[atom.symbol];
  }
  return counted;
}

void count_definitions(const Element& parent, const std::string& scope, std::map<std::string, int>& counted) {
  for (const Element& child : parent.children) {
    std::string inner = scope;
    if (child.kind == ElementKind::kDefinition) {
      inner += "." + child.name;
      ++counted[inner];
    }
    count_definitions(child, inner, counted);
  }
}

std::map<std::string, int> definitions_of(const Outline& outline) {
  std::map<std::string, int> counted;
  count_definitions(outline.root, "", counted);
  return counted;
}

/// How often a file imports each name by `from … import`, outside of blocks: of those, one may stand in for
/// another.
std::map<std::string_view, int> imported_names(const Outline& outline) {
  std::map<std::string_view, int> counted;
  for (const Element& statement : outline.root.children) {
    if (statement.kind != ElementKind::kImport) continue;
    const std::size_t end = statement.header_atoms;
    std::size_t i = statement.first_atom;
    if (outline.text_of(outline.atoms[i]) != "from") continue;
    while (i < end && outline.text_of(outline.atoms[i]) != "import") ++i;
    for (++i; i < end; ++i) {
      const bool is_bound = i + 1 == end || outline.text_of(outline.atoms[i + 1]) != "as";
      const std::string_view name = outline.text_of(outline.atoms[i]);
      if (outline.atoms[i].is_name && name != "as" && is_bound) ++counted[name];
    }
  }
  return counted;
}

bool is_bare_try(const Outline& outline, const Element& block) {
  if (block.kind != ElementKind::kBlock || block.children.size() != 1) return false;
  const Element& clause = block.children.front();
  return clause.kind == ElementKind::kClause && clause.first_atom < clause.header_atoms &&
         outline.text_of(outline.atoms[clause.first_atom]) == "try";
}

bool has_bare_try_in(const Outline& outline, const Element& parent) {
  return std::ranges::any_of(parent.children, [&](const Element& child) {
    return is_bare_try(outline, child) || has_bare_try_in(outline, child);
  });
}

/// Has a result something more often than each of the three versions, and more than once?
template <typename Counts>
bool has_more(const Counts& base, const Counts& ours, const Counts& theirs, const Counts& result) {
  const auto times = [](const Counts& counted, const auto& name) {
    const auto found = counted.find(name);
    return found == counted.end() ? 0 : found->second;
  };
  return std::ranges::any_of(result, [&](const auto& entry) {
    const auto& [name, count] = entry;
    return count > 1 && count > std::max({times(base, name), times(ours, name), times(theirs, name)});
  });
}

}  // namespace

bool has_all_changes(const Outline& base, const Outline& ours, const Outline& theirs, const Outline& result,
                     ChangeCount count) {
  SaidSymbols said;
  const Symbols before = said.of(base);
  const SideChanges by_ours(before, said.of(ours));
  const SideChanges by_theirs(before, said.of(theirs));
  std::map<std::uint32_t, int> change;
  for (const std::uint32_t symbol : said.of(result)) ++change[symbol];
  for (const std::uint32_t symbol : before) --change[symbol];
  std::set<std::uint32_t> symbols;
  for (const SideChanges* side : {&by_ours, &by_theirs}) {
    for (const auto& [symbol, times] : side->added) symbols.insert(symbol);
    for (const auto& [symbol, times] : side->removed) symbols.insert(symbol);
  }
  for (const auto& [symbol, times] : change) symbols.insert(symbol);
  return std::ranges::all_of(symbols, [&](std::uint32_t symbol) {
    const int ours_adds = at(by_ours.added, symbol);
    const int theirs_adds = at(by_theirs.added, symbol);
    const int ours_removes = at(by_ours.removed, symbol);
    const int theirs_removes = at(by_theirs.removed, symbol);
    const int least = std::max(ours_adds, theirs_adds) - (ours_removes + theirs_removes);
    const int most = ours_adds + theirs_adds - std::max(ours_removes, theirs_removes);
    const bool may_be_more =
        count == ChangeCount::kAtLeast || (symbol & (kKeyword | kWordOfText)) == kKeyword;
    return change[symbol] >= least && (may_be_more || change[symbol] <= most);
  });
}

bool uses_removed_name(const Outline& base, const Outline& ours, const Outline& theirs,
                       const Outline& result) {
  const std::vector<int> b = name_counts(base);
  const std::vector<int> o = name_counts(ours);
  const std::vector<int> t = name_counts(theirs);
  const std::vector<int> r = name_counts(result);
  const auto at = [](const std::vector<int>& counted, std::size_t symbol) {
    return symbol < counted.size() ? counted[symbol] : 0;
  };
  for (std::size_t symbol = 0; symbol < b.size(); ++symbol) {
    if (b[symbol] == 0 || at(r, symbol) == 0) continue;
    const bool is_removed = at(o, symbol) == 0 || at(t, symbol) == 0;
    if (is_removed) return true;
  }
  return false;
}

bool defines_twice(const Outline& base, const Outline& ours, const Outline& theirs, const Outline& result) {
  return has_more(definitions_of(base), definitions_of(ours), definitions_of(theirs), definitions_of(result));
}

bool imports_twice(const Outline& base, const Outline& ours, const Outline& theirs, const Outline& result) {
  return has_more(imported_names(base), imported_names(ours), imported_names(theirs), imported_names(result));
}

bool has_bare_try(const Outline& result) { return has_bare_try_in(result, result.root); }

bool has_wrong_arguments(const Outline& result) {
  const auto& atoms = result.atoms;
  struct Bracket {
    std::set<std::uint32_t> names;
    bool takes_names = false;
    bool is_call = false;
  };
  std::vector<Bracket> open;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const Atom& atom = atoms[i];
    if (atom.closes()) {
      if (!open.empty()) open.pop_back();
      continue;
    }
    const bool begins_entry = i > 0 && (atoms[i - 1].sign == ',' || atoms[i - 1].opens());
    if (begins_entry && !open.empty() && open.back().takes_names) {
      Bracket& bracket = open.back();
      const bool is_keyword = atom.is_name && i + 1 < atoms.size() && atoms[i + 1].sign == '=';
      if (is_keyword && !bracket.names.insert(atom.symbol).second) return true;
      const bool is_position = !is_keyword && result.text_of(atom).front() != '*' && !atom.is_comment;
      if (is_position && bracket.is_call && !bracket.names.empty()) return true;
    }
    if (!atom.opens()) continue;
    const bool follows_name = i > 0 && (atoms[i - 1].is_name || atoms[i - 1].closes());
    const bool is_definition = i > 1 && result.text_of(atoms[i - 2]) == "def";
    open.push_back({.names = {},
                    .takes_names = atom.sign == '(' && follows_name,
                    .is_call = atom.sign == '(' && follows_name && !is_definition});
  }
  return false;
}

}  // namespace mlx
