#include "engine/merge/tree_merge.h"

#include <utility>

#include "engine/merge/lead_merge.h"
#include "engine/merge/line_merge.h"
#include "engine/merge/list_merge.h"
#include "engine/merge/row_collisions.h"
#include "engine/merge/statement_merge.h"

namespace mlx {
namespace {

enum class Side { kBase, kOurs, kTheirs };

/// The same statement in the three versions, as far as they have it.
struct Versions {
  const Element* base = nullptr;
  const Element* ours = nullptr;
  const Element* theirs = nullptr;
};

class TreeMerger {
 public:
  TreeMerger(const Outline& base, const Outline& ours, const Outline& theirs)
      : base_(base),
        ours_(ours),
        theirs_(theirs),
        line_end_(ours.text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n") {}

  MergedText run() {
    MergedText merged =
        merge_children({.base = &base_.root, .ours = &ours_.root, .theirs = &theirs_.root}, true);
    append(merged,
           merge_comment_lines(base_.tail(base_.root), ours_.tail(ours_.root), theirs_.tail(theirs_.root)));
    return merged;
  }

 private:
  [[nodiscard]] const Outline& outline(Side side) const {
    return side == Side::kBase ? base_ : side == Side::kOurs ? ours_ : theirs_;
  }

  void append(MergedText& merged, MergedText more) const { append_lines(merged, std::move(more), line_end_); }

  static double similarity(const Outline& a, const Element& x, const Outline& b, const Element& y) {
    if (x.kind != y.kind && (x.kind == ElementKind::kDefinition || y.kind == ElementKind::kDefinition ||
                             x.children.empty() != y.children.empty()))
      return 0;
    if ((x.kind == ElementKind::kImport) != (y.kind == ElementKind::kImport)) return 0;
    const bool is_block = x.kind == ElementKind::kBlock && y.kind == ElementKind::kBlock;
    if (is_block && a.atoms[x.first_atom].symbol != b.atoms[y.first_atom].symbol) return 0;
    // Imports are alike if they bring the same names, whatever the module.
    const bool is_import = x.kind == ElementKind::kImport;
    const auto bag = [is_import](const Outline& outline, const Element& element) {
      AtomBag atoms;
      const std::size_t begin = is_import ? first_name(outline, element) : element.first_atom;
      for (std::size_t i = begin; i < element.last_atom; ++i) {
        if (!is_import || outline.atoms[i].is_name) atoms.add(outline.atoms[i].symbol);
      }
      return atoms;
    };
    const AtomBag left = bag(a, x);
    const AtomBag right = bag(b, y);
    return is_import ? (left.shares_any(right) ? 1 : 0) : left.likeness(right);
  }

  /// Of what an import brings.
  static std::size_t first_name(const Outline& outline, const Element& import) {
    for (std::size_t i = import.first_atom; i < import.last_atom; ++i) {
      if (outline.text_of(outline.atoms[i]) == "import") return i + 1;
    }
    return import.first_atom;
  }

  static std::vector<ListItem> items_of(const Element& parent) {
    std::vector<ListItem> items;
    items.reserve(parent.children.size());
    for (const Element& child : parent.children) {
      const bool may_move = child.kind == ElementKind::kDefinition || child.kind == ElementKind::kImport;
      items.push_back({.digest = child.digest, .name = child.name, .may_move = may_move});
    }
    return items;
  }

  MergedText merge_children(const Versions& v, bool is_namespace) {
    const auto& base = v.base->children;
    const auto& ours = v.ours->children;
    const auto& theirs = v.theirs->children;
    const std::vector<ListRow> rows =
        merge_lists(items_of(*v.base),
                    {.items = items_of(*v.ours),
                     .similarity = [&](std::size_t i,
                                       std::size_t j) { return similarity(base_, base[i], ours_, ours[j]); }},
                    {.items = items_of(*v.theirs), .similarity = [&](std::size_t i, std::size_t j) {
                       return similarity(base_, base[i], theirs_, theirs[j]);
                     }});
    const RowCollisions collisions(rows, {.outline = &base_, .members = &base},
                                   {.outline = &ours_, .members = &ours},
                                   {.outline = &theirs_, .members = &theirs}, is_namespace);
    MergedText merged;
    const ListRow* before = nullptr;  // that was written last
    for (std::size_t i = 0; i < rows.size();) {
      const std::size_t end = collisions.end_of_conflict(i);
      if (end > i) {
        append(merged, conflict_of(collisions.whole_rows(i, end)));
        before = &rows[end - 1];
        i = end;
        continue;
      }
      merged.note(collisions.steps_at(i));
      MergedText row = merge_row({.base = rows[i].base == kAbsent ? nullptr : &base[rows[i].base],
                                  .ours = rows[i].ours == kAbsent ? nullptr : &ours[rows[i].ours],
                                  .theirs = rows[i].theirs == kAbsent ? nullptr : &theirs[rows[i].theirs]},
                                 neighbourhood_of(rows[i], before));
      if (!row.pieces().empty()) before = &rows[i];
      append(merged, std::move(row));
      ++i;
    }
    return merged;
  }

  /// Lines that both sides of a conflict have are no part of it.
  static MergedText conflict_of(MergeConflict conflict) {
    if (conflict.base.empty() && conflict.ours == conflict.theirs) return text_only(conflict.ours);
    MergedText merged;
    merged.append(std::move(conflict));
    return merged;
  }

  MergedText merge_row(const Versions& v, Neighbourhood neighbours) {
    if (v.base == nullptr) return merge_addition(v);
    if (v.ours == nullptr && v.theirs == nullptr) return {};
    if (v.theirs == nullptr) {
      if (v.ours->digest == v.base->digest) return {};
      return conflict_of({.base = std::string(base_.whole(*v.base)),
                          .ours = std::string(ours_.whole(*v.ours)),
                          .theirs = {}});
    }
    if (v.ours == nullptr) {
      if (v.theirs->digest == v.base->digest) return {};
      return conflict_of({.base = std::string(base_.whole(*v.base)),
                          .ours = {},
                          .theirs = std::string(theirs_.whole(*v.theirs))});
    }
    MergedText merged = merge_leads(
        {.base = base_.lead(*v.base), .ours = ours_.lead(*v.ours), .theirs = theirs_.lead(*v.theirs)},
        neighbours, line_end_);
    append(merged, merge_code(v));
    return merged;
  }

  MergedText merge_addition(const Versions& v) {
    if (v.ours == nullptr) return v.theirs == nullptr ? MergedText() : text_only(theirs_.whole(*v.theirs));
    if (v.theirs == nullptr) return text_only(ours_.whole(*v.ours));
    if (v.ours->digest == v.theirs->digest) {
      // Alike but for the comments above, perhaps.
      MergedText added = merge_added_leads(ours_.lead(*v.ours), theirs_.lead(*v.theirs));
      append(added, text_only(ours_.code(*v.ours)));
      return added;
    }
    if (v.ours->kind == ElementKind::kImport && v.theirs->kind == ElementKind::kImport) {
      // Nobody had it before: all names of both.
      MergedText joined;
      if (auto text = join_imports(*v.ours, *v.theirs)) {
        joined.append(ours_.lead(*v.ours));
        joined.append(*text);
        joined.note(MergeStep::kImports);
        return joined;
      }
    }
    return conflict_of({.base = {},
                        .ours = std::string(ours_.whole(*v.ours)),
                        .theirs = std::string(theirs_.whole(*v.theirs))});
  }

  std::optional<std::string> join_imports(const Element& ours, const Element& theirs) {
    const AtomRange a = atoms_of(Side::kOurs, ours);
    const AtomRange b = atoms_of(Side::kTheirs, theirs);
    MergeSteps steps;
    auto text = merge_imports({.base = {}, .ours = a, .theirs = b}, steps);
    if (!text) return std::nullopt;
    return framed(Side::kOurs, ours, *text);
  }

  [[nodiscard]] AtomRange atoms_of(Side side, const Element& element) const {
    return {.outline = &outline(side), .begin = element.first_atom, .end = element.header_atoms};
  }

  /// The text in the place of a header's atoms.
  [[nodiscard]] std::string framed(Side side, const Element& element, std::string_view text) const {
    const Outline& from = outline(side);
    const std::size_t first = from.atoms[element.first_atom].begin;
    const std::size_t last = from.atoms[element.header_atoms - 1].end;
    std::string result(from.part(element.code, first));
    result += text;
    result += from.part(last, element.header_end);
    return result;
  }

  MergedText merge_code(const Versions& v) {
    const Element& base = *v.base;
    const Element& ours = *v.ours;
    const Element& theirs = *v.theirs;
    const bool is_formatted_by_ours = ours.digest == base.digest && ours_.code(ours) != base_.code(base);
    const bool is_formatted_by_theirs =
        theirs.digest == base.digest && theirs_.code(theirs) != base_.code(base);
    if (is_formatted_by_ours != is_formatted_by_theirs) {
      // What the other side left alone keeps the new layout.
      MergedText parts = merge_parts(v);
      if (!parts.pieces().empty() && !parts.has_conflicts()) {
        parts.note(MergeStep::kLayout);
        return parts;
      }
    }
    if (ours.digest == base.digest) {
      // Where theirs changed nothing either, only layout is left to take.
      const bool is_layout = theirs.digest == base.digest && base_.code(base) == theirs_.code(theirs);
      MergedText taken = text_only(is_layout ? ours_.code(ours) : theirs_.code(theirs));
      if (theirs.digest != base.digest && ours_.code(ours) != base_.code(base))
        taken.note(MergeStep::kLayout);
      return taken;
    }
    if (theirs.digest == base.digest || ours.digest == theirs.digest) {
      MergedText taken = text_only(ours_.code(ours));
      if (theirs_.code(theirs) != base_.code(base)) taken.note(MergeStep::kLayout);
      return taken;
    }
    MergedText lines =
        merge_lines({.base = base_.code(base), .ours = ours_.code(ours), .theirs = theirs_.code(theirs)});
    if (!lines.has_conflicts()) return lines;
    MergedText tree = merge_parts(v);
    const bool has_tree = !tree.pieces().empty();
    return has_tree && tree.conflict_size() < lines.conflict_size() ? tree : lines;
  }

  /// Header, children and what follows them; empty if the versions have not the same parts.
  MergedText merge_parts(const Versions& v) {
    const bool have_children =
        !v.base->children.empty() && !v.ours->children.empty() && !v.theirs->children.empty();
    const bool have_none = v.base->children.empty() && v.ours->children.empty() && v.theirs->children.empty();
    if (!have_children && !have_none) return {};
    MergedText merged;
    const bool is_headless = v.base->header_atoms == v.base->first_atom;
    if (!is_headless) {
      MergeSteps steps;
      auto header = merge_header(v, steps);
      merged.note(steps);
      if (!header) {
        if (have_none) return {};
        append(merged, merge_lines({.base = base_.header(*v.base),
                                    .ours = ours_.header(*v.ours),
                                    .theirs = theirs_.header(*v.theirs)}));
      } else {
        append(merged, text_only(*header));
      }
    }
    if (have_none) return merged;
    const bool is_class = v.base->kind == ElementKind::kDefinition && is_class_header(*v.base);
    append(merged, merge_children(v, is_class));
    append(merged, merge_comment_lines(base_.tail(*v.base), ours_.tail(*v.ours), theirs_.tail(*v.theirs)));
    return merged;
  }

  [[nodiscard]] bool is_class_header(const Element& element) const {
    for (std::size_t i = element.first_atom; i < element.header_atoms; ++i) {
      if (base_.text_of(base_.atoms[i]) == "class") return true;
    }
    return false;
  }

  /// All `from … import`, or all `import …`.
  static bool is_same_form(const AtomVersions& v) {
    const std::uint32_t word = v.base.at(v.base.begin).symbol;
    return v.ours.at(v.ours.begin).symbol == word && v.theirs.at(v.theirs.begin).symbol == word;
  }

  std::optional<std::string> merge_header(const Versions& v, MergeSteps& steps) {
    const AtomVersions atoms{.base = atoms_of(Side::kBase, *v.base),
                             .ours = atoms_of(Side::kOurs, *v.ours),
                             .theirs = atoms_of(Side::kTheirs, *v.theirs)};
    if (atoms.base.is_empty() || atoms.ours.is_empty() || atoms.theirs.is_empty()) return std::nullopt;
    const bool is_import = v.base->kind == ElementKind::kImport && v.ours->kind == ElementKind::kImport &&
                           v.theirs->kind == ElementKind::kImport;
    if (is_import && !is_same_form(atoms)) return std::nullopt;
    auto text = is_import ? merge_imports(atoms, steps) : std::nullopt;
    if (!text) text = merge_statements(atoms, steps);
    if (!text) return std::nullopt;
    return framed(say_the_same(atoms.ours, atoms.base) ? Side::kTheirs : Side::kOurs,
                  say_the_same(atoms.ours, atoms.base) ? *v.theirs : *v.ours, *text);
  }

  const Outline& base_;
  const Outline& ours_;
  const Outline& theirs_;
  std::string_view line_end_;
};

}  // namespace

MergedText merge_trees(const Outline& base, const Outline& ours, const Outline& theirs) {
  return TreeMerger(base, ours, theirs).run();
}

}  // namespace mlx
