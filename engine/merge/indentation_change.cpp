#include "engine/merge/indentation_change.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/merge/line_diff.h"
#include "engine/merge/list_merge.h"

namespace mlx {
namespace {

using Elements = std::vector<Element>;

constexpr double kAlike = 0.5;

/// Members [begin, end) of a list.
struct Run {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::string_view indentation_of(const Outline& outline, const Element& element) {
  const auto code = outline.code(element);
  return code.substr(0, std::min(code.find_first_not_of(" \t"), code.size()));
}

/// The clause of a block that has only one.
const Element* only_clause(const Element& element) {
  if (element.kind != ElementKind::kBlock || element.children.size() != 1) return nullptr;
  return element.children.front().children.empty() ? nullptr : &element.children.front();
}

class IndentationFollower {
 public:
  IndentationFollower(const Outline& base, const Outline& changed, const Outline& side)
      : base_(base), changed_(changed), side_(side) {}

  std::optional<Reindented> run() {
    follow(base_.root, changed_.root, side_.root);
    if (in_base_.empty()) return std::nullopt;
    auto base = apply_edits(base_.text, std::move(in_base_));
    auto side = apply_edits(side_.text, std::move(in_side_));
    if (!base || !side) return std::nullopt;
    return Reindented{.base = *std::move(base), .side = *std::move(side)};
  }

 private:
  static std::vector<std::size_t> matched(const Element& a, const Element& b) {
    const auto items = [](const Element& parent) {
      std::vector<ListItem> list;
      list.reserve(parent.children.size());
      for (const Element& child : parent.children)
        list.push_back({.digest = child.digest, .name = child.name, .may_move = false});
      return list;
    };
    return match_items(items(a),
                       {.items = items(b), .similarity = [](std::size_t, std::size_t) { return 0.0; }});
  }

  void follow(const Element& base, const Element& changed, const Element& side) {
    const auto in_changed = matched(base, changed);
    const auto in_side = matched(base, side);
    std::vector<bool> is_new(changed.children.size(), true);
    for (const std::size_t j : in_changed) {
      if (j != kAbsent) is_new[j] = false;
    }
    for (std::size_t j = 0; j < changed.children.size(); ++j) {
      if (is_new[j]) follow_wrapped(base, in_changed, in_side, changed.children[j], side);
    }
    for (std::size_t i = 0; i < base.children.size(); ++i) {
      if (in_changed[i] == kAbsent) {
        follow_unwrapped(base, i, in_side, changed, is_new, side);
      } else if (in_side[i] != kAbsent) {
        const Element& child = base.children[i];
        const Element& other = changed.children[in_changed[i]];
        if (child.digest != other.digest) follow(child, other, side.children[in_side[i]]);
      }
    }
  }

  /// Where members with the same digests as all of `wanted` follow each other in `list`.
  static std::optional<std::size_t> place_of(const Elements& wanted, const Elements& list) {
    const auto found = std::ranges::search(list, wanted, {}, &Element::digest, &Element::digest);
    if (found.empty()) return std::nullopt;
    return static_cast<std::size_t>(found.begin() - list.begin());
  }

  /// What stands in the side between the neighbours that a run has in the base.
  static std::optional<Run> between_neighbours(Run run, const std::vector<std::size_t>& in_side,
                                               std::size_t side_size) {
    Run found{.begin = 0, .end = side_size};
    if (run.begin > 0) {
      if (in_side[run.begin - 1] == kAbsent) return std::nullopt;
      found.begin = in_side[run.begin - 1] + 1;
    }
    if (run.end < in_side.size()) {
      if (in_side[run.end] == kAbsent) return std::nullopt;
      found.end = in_side[run.end];
    }
    return found.begin < found.end ? std::optional(found) : std::nullopt;
  }

  /// Strings of several lines keep their text, so that what has some stays where it is.
  static bool has_long_string(const Outline& outline, const Elements& list, Run run) {
    const auto begin = outline.atoms.begin() + list[run.begin].first_atom;
    const auto end = outline.atoms.begin() + list[run.end - 1].last_atom;
    return std::any_of(begin, end, [&](const Atom& atom) {
      return atom.is_text && outline.text_of(atom).find('\n') != std::string_view::npos;
    });
  }

  /// Has the side as many statements as the base, each a version of that at its place? Else it did more there
  /// than to edit them, perhaps what the block is for.
  [[nodiscard]] bool are_edited(const Elements& base, Run run, const Elements& side, Run in) const {
    if (run.end - run.begin != in.end - in.begin) return false;
    for (std::size_t i = 0; i < run.end - run.begin; ++i) {
      const Element& one = base[run.begin + i];
      const Element& other = side[in.begin + i];
      if (one.kind != other.kind) return false;
      const bool is_named = !one.name.empty() && one.name == other.name;
      if (!is_named && bag_of(base_, one).likeness(bag_of(side_, other)) < kAlike) return false;
    }
    return true;
  }

  static AtomBag bag_of(const Outline& outline, const Element& element) {
    AtomBag bag;
    for (std::size_t i = element.first_atom; i < element.last_atom; ++i) bag.add(outline.atoms[i].symbol);
    return bag;
  }

  static std::string_view code_of(const Outline& outline, const Elements& list, Run run) {
    return outline.part(list[run.begin].code, list[run.end - 1].end);
  }

  void replace(std::vector<TextEdit>& edits, const Elements& list, Run run, std::string text) {
    edits.push_back({.span = {.begin = list[run.begin].code, .end = list[run.end - 1].end},
                     .replacement = std::move(text)});
  }

  /// `block` is new, and has in one of its clauses what the base has without it.
  void follow_wrapped(const Element& base, const std::vector<std::size_t>& in_changed,
                      const std::vector<std::size_t>& in_side, const Element& block, const Element& side) {
    if (block.kind != ElementKind::kBlock) return;
    for (const Element& clause : block.children) {
      if (clause.children.empty()) continue;
      const auto place = place_of(clause.children, base.children);
      if (!place) continue;
      const Run run{.begin = *place, .end = *place + clause.children.size()};
      for (std::size_t i = run.begin; i < run.end; ++i) {
        if (in_changed[i] != kAbsent) return;
      }
      const auto in = between_neighbours(run, in_side, side.children.size());
      if (!in || !are_edited(base.children, run, side.children, *in)) return;
      if (has_long_string(side_, side.children, *in)) return;
      std::string wrapped(changed_.part(block.code, clause.children.front().code));
      wrapped += with_indentation(code_of(side_, side.children, *in),
                                  indentation_of(side_, side.children[in->begin]),
                                  indentation_of(changed_, clause.children.front()));
      wrapped += changed_.part(clause.children.back().end, block.end);
      replace(in_base_, base.children, run, std::string(changed_.code(block)));
      replace(in_side_, side.children, *in, std::move(wrapped));
      return;
    }
  }

  /// A block of the base is gone, and what it held is there without it.
  void follow_unwrapped(const Element& base, std::size_t i, const std::vector<std::size_t>& in_side,
                        const Element& changed, const std::vector<bool>& is_new, const Element& side) {
    const Element* clause = only_clause(base.children[i]);
    if (clause == nullptr || in_side[i] == kAbsent) return;
    const Element& in = side.children[in_side[i]];
    const Element* in_clause = only_clause(in);
    const auto place = place_of(clause->children, changed.children);
    if (!place || in_clause == nullptr || in_clause->name != clause->name) return;
    const Run run{.begin = *place, .end = *place + clause->children.size()};
    for (std::size_t j = run.begin; j < run.end; ++j) {
      if (!is_new[j]) return;
    }
    const Run all{.begin = 0, .end = in_clause->children.size()};
    const Run before{.begin = 0, .end = clause->children.size()};
    if (!are_edited(clause->children, before, in_clause->children, all)) return;
    if (has_long_string(side_, in_clause->children, all)) return;
    replace(in_base_, base.children, {.begin = i, .end = i + 1},
            std::string(code_of(changed_, changed.children, run)));
    replace(in_side_, side.children, {.begin = in_side[i], .end = in_side[i] + 1},
            with_indentation(code_of(side_, in_clause->children, all),
                             indentation_of(side_, in_clause->children.front()),
                             indentation_of(changed_, changed.children[run.begin])));
  }

  const Outline& base_;
  const Outline& changed_;
  const Outline& side_;
  std::vector<TextEdit> in_base_;
  std::vector<TextEdit> in_side_;
};

}  // namespace

std::optional<Reindented> follow_indentation(const Outline& base, const Outline& changed,
                                             const Outline& side) {
  return IndentationFollower(base, changed, side).run();
}

}  // namespace mlx
