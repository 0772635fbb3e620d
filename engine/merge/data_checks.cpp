#include "engine/merge/data_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {
namespace {

constexpr char kStep = '\x1f';  ///< between the keys of a path

std::string_view without_quotes(std::string_view text) {
  const bool is_quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

/// What an outline defines.
struct Definitions {
  std::set<std::string> paths;          ///< places of keys, all items of a sequence being one
  std::map<std::string, int> repeated;  ///< how often a path is defined once more in one mapping
};

class DefinitionReader {
 public:
  explicit DefinitionReader(const Outline& outline) : outline_(outline) {}

  Definitions run() {
    read_children(outline_.root, "", "");
    count_anchors();
    find_values_that_are_tables();
    return std::move(found_);
  }

 private:
  /// What an item of a list is told by, and what it says if it is one word.
  struct Item {
    std::string name;
    std::string word;
  };

  /// `place` names the items that it goes through by their number, `path` does not.
  void read_children(const Element& parent, const std::string& path, const std::string& place) {
    if (parent.data.holds == Holds::kItems) read_items(parent);
    std::size_t number = 0;
    for (const Element& child : parent.children) {
      const std::string index = "#" + std::to_string(number++);
      switch (child.kind) {
        case ElementKind::kMember:
          define(path, place, child.name, is_leaf(child));
          read_below(child, path + kStep + steps(child.name), place + kStep + steps(child.name));
          break;
        case ElementKind::kTable: {
          // `[[x]]` is one of several.
          const bool is_item = outline_.text_of(outline_.atoms[child.first_atom + 1]) == "[";
          const std::string table = kStep + steps(table_name(child));
          if (!is_item) define("", "", table_name(child), false);
          if (is_item) define_item(table);
          read_below(child, table, is_item ? table + index : table);
          break;
        }
        default: read_below(child, joined(path, "[]"), joined(place, index));
      }
    }
  }

  /// Items that are told apart: by their identity, or as words of which each is there once.
  void read_items(const Element& parent) {
    std::vector<Item> items;
    for (const Element& item : parent.children) {
      if (item.name.empty() && item.last_atom - item.first_atom != 1) continue;
      const std::string word = item.first_atom < item.last_atom ? word_at(item.first_atom) : std::string();
      items.push_back({.name = item.name.empty() ? word : item.name, .word = word});
    }
    count_repeated(items);
  }

  [[nodiscard]] std::string word_at(std::uint32_t i) const {
    const Atom& atom = outline_.atoms[i];
    return atom.is_text ? std::string(without_quotes(outline_.text_of(atom))) : std::string();
  }

  /// Wherever the list is: one side may have renamed it. Options of a command may stand there twice, and so
  /// may what they are given.
  void count_repeated(const std::vector<Item>& items) {
    if (std::ranges::any_of(items, [](const Item& item) { return item.word.starts_with('-'); })) return;
    std::set<std::string_view> seen;
    for (const Item& item : items) {
      if (!item.name.empty() && !seen.insert(item.name).second) ++found_.repeated["[]" + item.name];
    }
  }

  static std::string joined(std::string path, std::string_view step) {
    path += kStep;
    return path += step;
  }

  static bool is_leaf(const Element& element) { return element.data.holds != Holds::kMembers; }

  /// `[a.b]` by its header, whatever its identity.
  [[nodiscard]] std::string table_name(const Element& table) const {
    std::string name;
    for (std::uint32_t i = table.first_atom; i < table.header_atoms; ++i) {
      const Atom& atom = outline_.atoms[i];
      if (atom.is_comment || atom.sign == '[' || atom.sign == ']') continue;
      name += without_quotes(outline_.text_of(atom));
    }
    return name;
  }

  /// Dots of TOML are steps too.
  [[nodiscard]] std::string steps(std::string name) const {
    if (is_toml()) std::ranges::replace(name, '.', kStep);
    return name;
  }
  [[nodiscard]] bool is_toml() const { return outline_.has_tables; }

  void define(const std::string& path, const std::string& place, const std::string& name, bool is_value) {
    const std::string known = path + kStep + steps(name);
    found_.paths.insert(known);
    auto [defined, is_new] = places_.emplace(place + kStep + steps(name), is_value);
    if (!is_new) ++found_.repeated[known];
    defined->second = defined->second || is_value;
  }

  /// Items of one array are no repetition of each other, but one of a value.
  void define_item(const std::string& table) {
    found_.paths.insert(table);
    const auto [defined, is_new] = places_.emplace(table, false);
    if (!is_new && defined->second) ++found_.repeated[table];
  }

  void read_below(const Element& element, const std::string& path, const std::string& place) {
    if (!element.children.empty()) return read_children(element, path, place);
    read_atoms(element.first_atom, element.last_atom, path, place);
  }

  /// Mappings that do not stand in lines of their own.
  void read_atoms(std::uint32_t first, std::uint32_t last, const std::string& path,
                  const std::string& place) {
    struct Bracket {
      bool is_mapping = false;
      std::string path;
      std::string place;
      std::string key;
      std::size_t number = 0;
      std::vector<Item> words = {};
    };
    constexpr std::size_t kDeepest = 200;
    std::vector<Bracket> open;
    for (std::uint32_t i = first; i < last; ++i) {
      const Atom& atom = outline_.atoms[i];
      if (atom.opens()) {
        if (open.size() == kDeepest) {
          i = std::max(i, atom.partner);
          continue;
        }
        Bracket bracket{.is_mapping = atom.sign == '{', .path = path, .place = place, .key = {}};
        if (!open.empty()) {
          const Bracket& outer = open.back();
          bracket.path = outer.path + kStep + (outer.is_mapping ? outer.key : "[]");
          bracket.place =
              outer.place + kStep + (outer.is_mapping ? outer.key : "#" + std::to_string(outer.number));
        }
        open.push_back(std::move(bracket));
      } else if (atom.closes()) {
        if (open.empty()) continue;
        if (!open.back().is_mapping) count_repeated(open.back().words);
        open.pop_back();
      } else if (!open.empty() && atom.sign == ',') {
        ++open.back().number;
      } else if (!open.empty() && !open.back().is_mapping) {
        const auto identity = outline_.identities.find(i);
        const std::string word = word_at(i);
        const bool is_named = identity != outline_.identities.end();
        open.back().words.push_back({.name = is_named ? identity->second : word, .word = word});
      } else if (!open.empty() && open.back().is_mapping && is_key(i, last)) {
        Bracket& bracket = open.back();
        bracket.key = steps(std::string(without_quotes(outline_.text_of(atom))));
        define(bracket.path, bracket.place, bracket.key, true);
      }
    }
  }

  [[nodiscard]] bool is_key(std::uint32_t i, std::uint32_t last) const {
    if (i + 1 >= last || outline_.atoms[i].is_comment) return false;
    const char behind = outline_.atoms[i + 1].sign;
    return behind == ':' || behind == '=';
  }

  /// An anchor of YAML may be set anew, but then it stands for something else below.
  void count_anchors() {
    std::map<std::string_view, int> counted;
    for (const Atom& atom : outline_.atoms) {
      const std::string_view said = outline_.text_of(atom);
      if (atom.is_name && said.starts_with('&') && ++counted[said] > 1) ++found_.repeated[std::string(said)];
    }
  }

  void find_values_that_are_tables() {
    if (!is_toml()) return;
    for (auto place = places_.begin(); place != places_.end(); ++place) {
      if (!place->second) continue;
      const auto below = places_.upper_bound(place->first + kStep);
      const bool is_table = below != places_.end() && below->first.starts_with(place->first + kStep);
      if (is_table && is_outside_of(below->first)) ++found_.repeated[place->first];
    }
  }

  /// Inline tables are values that have keys below them.
  [[nodiscard]] bool is_outside_of(const std::string& below) const { return !places_.at(below); }

  const Outline& outline_;
  Definitions found_;
  std::map<std::string, bool> places_;  ///< whether a value is defined there, not a table
};

std::size_t trailing_commas(const Outline& outline) {
  std::size_t count = 0;
  const Atom* before = nullptr;
  for (const Atom& atom : outline.atoms) {
    if (atom.is_comment) continue;
    if (atom.closes() && before != nullptr && before->sign == ',') ++count;
    before = &atom;
  }
  return count;
}

}  // namespace

bool repeats_keys(const Outline& base, const Outline& ours, const Outline& theirs, const Outline& result) {
  const auto r = DefinitionReader(result).run().repeated;
  if (r.empty()) return false;
  const auto b = DefinitionReader(base).run().repeated;
  const auto o = DefinitionReader(ours).run().repeated;
  const auto t = DefinitionReader(theirs).run().repeated;
  const auto at = [](const std::map<std::string, int>& counted, const std::string& path) {
    const auto found = counted.find(path);
    return found == counted.end() ? 0 : found->second;
  };
  return std::ranges::any_of(r, [&](const auto& entry) {
    return entry.second > std::max({at(b, entry.first), at(o, entry.first), at(t, entry.first)});
  });
}

bool has_new_paths(const Outline& ours, const Outline& theirs, const Outline& result) {
  const auto o = DefinitionReader(ours).run().paths;
  const auto t = DefinitionReader(theirs).run().paths;
  const auto r = DefinitionReader(result).run().paths;
  return std::ranges::any_of(r,
                             [&](const std::string& path) { return !o.contains(path) && !t.contains(path); });
}

std::size_t count_last_commas(const Outline& outline) { return trailing_commas(outline); }

}  // namespace mlx
