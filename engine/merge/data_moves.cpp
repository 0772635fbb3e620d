#include "engine/merge/data_moves.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/merge/line_diff.h"

namespace mlx {
namespace {

/// An element and what it is in.
struct Place {
  const Element* element = nullptr;
  const Element* parent = nullptr;
  std::string path;
  std::string parent_path;
};

/// The elements of an outline that have a path of their own, parents first.
class Places {
 public:
  explicit Places(const Outline& outline) : outline_(&outline) {
    add(outline.root, "");
    for (const Place& place : all_) ++counted_[place.path];
    for (std::size_t i = 0; i < all_.size(); ++i) by_path_.emplace(all_[i].path, i);
  }

  [[nodiscard]] const Outline& outline() const { return *outline_; }
  [[nodiscard]] const std::vector<Place>& all() const { return all_; }
  [[nodiscard]] const Place* find(const std::string& path) const {
    const auto found = by_path_.find(path);
    return found == by_path_.end() || counted_.at(path) > 1 ? nullptr : &all_[found->second];
  }
  [[nodiscard]] const Element* parent_at(const std::string& path) const {
    if (path.empty()) return &outline_->root;
    const Place* place = find(path);
    return place == nullptr ? nullptr : place->element;
  }

 private:
  void add(const Element& parent, const std::string& path) {
    for (const Element& child : parent.children) {
      if (child.name.empty() || child.data.shares_name) continue;
      std::string inner = path + '\x1f' + child.name;
      all_.push_back({.element = &child, .parent = &parent, .path = inner, .parent_path = path});
      add(child, inner);
    }
  }

  const Outline* outline_;
  std::vector<Place> all_;
  std::unordered_map<std::string, std::size_t> by_path_;
  std::unordered_map<std::string, int> counted_;
};

std::string_view indentation_of(const Outline& outline, const Element& element) {
  return outline.part(element.code, element.data.text);
}

/// An element that `changed` has somewhere else: where it was, and the topmost element that is new there and
/// holds it.
struct Move {
  const Place* from = nullptr;  ///< in the base
  const Place* edited = nullptr;
  const Place* to = nullptr;
  const Place* holder = nullptr;
};

class MoveFollower {
 public:
  MoveFollower(const Outline& base, const Outline& changed, const Outline& side)
      : base_(base), changed_(changed), side_(side) {}

  std::optional<MovedData> run() {
    find_moves();
    if (moves_.empty()) return std::nullopt;
    auto base = with_moves(base_, &Move::from);
    auto side = with_moves(side_, &Move::edited);
    if (!base || !side) return std::nullopt;
    return MovedData{.base = *std::move(base), .side = *std::move(side)};
  }

 private:
  void find_moves() {
    std::unordered_map<std::uint64_t, std::vector<const Place*>> added;
    for (const Place& place : changed_.all()) {
      if (base_.find(place.path) == nullptr) added[place.element->digest].push_back(&place);
    }
    std::string inside_of;  // a move
    for (const Place& place : base_.all()) {
      if (!inside_of.empty() && place.path.starts_with(inside_of)) continue;
      if (changed_.find(place.path) != nullptr) continue;
      const Place* edited = side_.find(place.path);
      const auto found = added.find(place.element->digest);
      if (edited == nullptr || found == added.end() || found->second.size() != 1) continue;
      if (edited->element->digest == place.element->digest) continue;
      const Place* to = found->second.front();
      const bool is_plain = to->element->name == place.element->name && !begins_in_line_of_parent(place) &&
                            !begins_in_line_of_parent(*edited);
      const Place* holder = is_plain ? topmost_new(*to) : nullptr;
      if (holder == nullptr) continue;
      moves_.push_back({.from = &place, .edited = edited, .to = to, .holder = holder});
      inside_of = place.path + '\x1f';
    }
  }

  /// Behind the dash of an item, which would go with it.
  static bool begins_in_line_of_parent(const Place& place) {
    return place.element->code == place.parent->code && place.parent->end != 0 &&
           place.parent->kind == ElementKind::kItem;
  }

  [[nodiscard]] const Place* topmost_new(const Place& place) const {
    const Place* top = &place;
    while (!top->parent_path.empty() && base_.find(top->parent_path) == nullptr) {
      top = changed_.find(top->parent_path);
      if (top == nullptr) return nullptr;
    }
    return top;
  }

  /// A version with all moves done; `version` says where it has what is moved.
  [[nodiscard]] std::optional<std::string> with_moves(const Places& in, const Place* Move::* version) const {
    std::vector<TextEdit> edits;
    std::vector<const Place*> done;
    for (const Move& move : moves_) {
      const Element& old = *(move.*version)->element;
      edits.push_back({.span = {.begin = old.begin, .end = old.end}, .replacement = {}});
      if (std::ranges::find(done, move.holder) != done.end()) continue;
      done.push_back(move.holder);
      auto insertion = insertion_of(*move.holder, in, version);
      if (!insertion) return std::nullopt;
      edits.insert(edits.end(), insertion->begin(), insertion->end());
    }
    auto moved = apply_edits(in.outline().text, std::move(edits));
    return moved ? std::optional(*std::move(moved)) : std::nullopt;
  }

  /// The holder with the version's text of what is moved into it, where the changed side has it.
  [[nodiscard]] std::optional<std::vector<TextEdit>> insertion_of(const Place& holder, const Places& in,
                                                                  const Place* Move::* version) const {
    const Element* parent = in.parent_at(holder.parent_path);
    if (parent == nullptr || (parent->children.empty() && !holder.parent_path.empty())) return std::nullopt;
    const bool has_commas = parent->data.bracket != 0;
    const Element* before = nullptr;
    for (const Element& sibling : holder.parent->children) {
      if (&sibling == holder.element) break;
      const auto same = std::ranges::find(parent->children, sibling.name, &Element::name);
      if (!sibling.name.empty() && same != parent->children.end()) before = &*same;
    }
    std::vector<TextEdit> inserted;
    auto held = text_of_holder(holder, in, version);
    if (!held) return std::nullopt;
    std::string text = *std::move(held);
    if (!parent->children.empty()) {
      text = with_indentation(text, indentation_of(changed_.outline(), *holder.element),
                              indentation_of(in.outline(), parent->children.front()));
    }
    if (has_commas) text += ",";
    text += "\n";
    std::size_t place = parent->children.empty() ? parent->end : parent->children.front().begin;
    if (before != nullptr) {
      place = before->end;
      if (has_commas && !before->data.has_comma)
        inserted.push_back(
            {.span = {.begin = before->data.value_end, .end = before->data.value_end}, .replacement = ","});
    }
    inserted.push_back({.span = {.begin = place, .end = place}, .replacement = std::move(text)});
    return inserted;
  }

  /// Up to where its comma stands.
  [[nodiscard]] std::optional<std::string> text_of_holder(const Place& holder, const Places& in,
                                                          const Place* Move::* version) const {
    const Outline& outline = changed_.outline();
    const Element& whole = *holder.element;
    const std::size_t end = whole.data.value_end;
    std::vector<TextEdit> edits;
    for (const Move& move : moves_) {
      if (move.holder != &holder) continue;
      const Element& target = *move.to->element;
      const Element& source = *(move.*version)->element;
      std::string text =
          with_indentation(in.outline().part(source.code, source.data.value_end),
                           indentation_of(in.outline(), source), indentation_of(outline, target));
      edits.push_back(
          {.span = {.begin = target.code - whole.begin, .end = target.data.value_end - whole.begin},
           .replacement = std::move(text)});
    }
    auto text = apply_edits(outline.part(whole.begin, end), std::move(edits));
    if (!text) return std::nullopt;
    if (text->ends_with('\n')) text->pop_back();
    return *std::move(text);
  }

  Places base_;
  Places changed_;
  Places side_;
  std::vector<Move> moves_;
};

}  // namespace

std::optional<MovedData> follow_moves(const Outline& base, const Outline& changed, const Outline& side) {
  return MoveFollower(base, changed, side).run();
}

}  // namespace mlx
