#include "engine/merge/data_tree.h"

#include <algorithm>
#include <optional>

#include "engine/merge/data_list.h"
#include "engine/merge/data_parts.h"
#include "engine/merge/data_version.h"
#include "engine/merge/lead_merge.h"
#include "engine/merge/line_diff.h"
#include "engine/merge/line_merge.h"
#include "engine/merge/statement_merge.h"

namespace mlx {
namespace {

/// The same element in the three versions, as far as they have it.
struct Versions {
  const Element* base = nullptr;
  const Element* ours = nullptr;
  const Element* theirs = nullptr;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  const auto begin = text.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kWhite) + 1 - begin);
}

class DataTreeMerger {
 public:
  DataTreeMerger(const Outline& base, const Outline& ours, const Outline& theirs)
      : base_(base),
        ours_(ours),
        theirs_(theirs),
        line_end_(ours.text.find("\r\n") != std::string_view::npos ? "\r\n" : "\n") {}

  MergedText run() {
    const Outline& b = base_.outline();
    const Outline& o = ours_.outline();
    const Outline& t = theirs_.outline();
    const Versions roots{.base = &b.root, .ours = &o.root, .theirs = &t.root};
    MergedText merged = merge_children(roots, "", {});
    append_lines(merged, merge_comment_lines(base_.tail(b.root), ours_.tail(o.root), theirs_.tail(t.root)),
                 line_end_);
    return merged;
  }

 private:
  static DataList list_of(const DataVersion& version, const Element* parent) {
    return {.outline = &version.outline(), .parent = parent};
  }

  MergedText merge_children(const Versions& v, std::string_view to, PartsLayout layout) {
    layout.line_end = line_end_;
    const DataRows matched({.base = list_of(base_, v.base),
                            .ours = list_of(ours_, v.ours),
                            .theirs = list_of(theirs_, v.theirs)});
    const std::vector<ListRow>& rows = matched.rows();
    std::vector<DataPart> parts;
    MergeSteps steps;
    const ListRow* before = nullptr;  // that was written last
    for (const DataRun& run : matched.runs()) {
      std::optional<DataPart> part;
      if (run.is_conflict) {
        part = conflict_of(v, rows, run, to);
      } else {
        const ListRow& row = rows[run.begin];
        part = merge_row(versions_of(v, row), to, neighbourhood_of(row, before));
        if (run.joins_additions) steps.insert(MergeStep::kAdditions);
      }
      if (!part) continue;
      before = &rows[run.end - 1];
      parts.push_back(*std::move(part));
    }
    MergedText merged = joined_parts(std::move(parts), layout);
    merged.note(steps);
    return merged;
  }

  static Versions versions_of(const Versions& parents, const ListRow& row) {
    const auto child = [](const Element* parent, std::size_t i) {
      return i == kAbsent ? nullptr : &parent->children[i];
    };
    return {.base = child(parents.base, row.base),
            .ours = child(parents.ours, row.ours),
            .theirs = child(parents.theirs, row.theirs)};
  }

  [[nodiscard]] DataPart conflict_of(const Versions& parents, const std::vector<ListRow>& rows,
                                     const DataRun& run, std::string_view to) const {
    DataPart part;
    part.is_conflict = true;
    for (std::size_t i = run.begin; i < run.end; ++i) {
      const Versions v = versions_of(parents, rows[i]);
      if (v.base != nullptr) part.base.push_back(base_.whole(*v.base, to));
      if (v.ours != nullptr) part.ours.push_back(ours_.whole(*v.ours, to));
      if (v.theirs != nullptr) part.theirs.push_back(theirs_.whole(*v.theirs, to));
    }
    return part;
  }

  std::optional<DataPart> merge_row(const Versions& v, std::string_view to, Neighbourhood neighbours) {
    if (v.base == nullptr) return merge_addition(v, to);
    // What one side removed and the other changed is in a run that is a conflict.
    if (v.ours == nullptr || v.theirs == nullptr) return std::nullopt;
    DataPart part;
    const std::string base = base_.lead(*v.base, to);
    const std::string ours = ours_.lead(*v.ours, to);
    const std::string theirs = theirs_.lead(*v.theirs, to);
    part.lead = merge_leads({.base = base, .ours = ours, .theirs = theirs}, neighbours, line_end_);
    merge_element(part, v, to);
    return part;
  }

  DataPart merge_addition(const Versions& v, std::string_view to) {
    const auto taken = [&](const DataVersion& version, const Element& e) {
      return DataPart{.lead = text_only(version.lead(e, to)),
                      .body = text_only(version.body(e, to)),
                      .rest = std::string(version.rest(e))};
    };
    if (v.ours == nullptr) return v.theirs == nullptr ? DataPart() : taken(theirs_, *v.theirs);
    if (v.theirs == nullptr) return taken(ours_, *v.ours);
    DataPart part;
    part.lead = merge_added_leads(ours_.lead(*v.ours, to), theirs_.lead(*v.theirs, to));
    part.body.note(MergeStep::kSameAddition);
    merge_element(part, v, to);
    return part;
  }

  /// The body and the rest of an element that both sides have.
  void merge_element(DataPart& part, const Versions& v, std::string_view to) {
    auto rest = merged_rest(v);
    auto body = rest ? merge_body(v, to) : std::nullopt;
    if (rest && body) {
      body->note(part.body.steps());
      part.body = *std::move(body);
      part.rest = *std::move(rest);
      if (v.ours->data.is_literal && part.body.has_conflicts()) part.rest.clear();
      return;
    }
    part.is_conflict = true;
    const auto piece = [&](const DataVersion& version, const Element& e) {
      return DataPiece{.body = version.body(e, to), .rest = std::string(version.rest(e))};
    };
    if (v.base != nullptr) part.base.push_back(piece(base_, *v.base));
    part.ours.push_back(piece(ours_, *v.ours));
    part.theirs.push_back(piece(theirs_, *v.theirs));
  }

  /// The comment behind an element, of the side that changed it; nothing if both did.
  [[nodiscard]] std::optional<std::string> merged_rest(const Versions& v) const {
    const std::string_view ours = ours_.rest(*v.ours);
    const std::string_view theirs = theirs_.rest(*v.theirs);
    if (trimmed(ours) == trimmed(theirs)) return std::string(ours);
    if (v.base == nullptr) {
      if (trimmed(theirs).empty()) return std::string(ours);
      return trimmed(ours).empty() ? std::optional(std::string(theirs)) : std::nullopt;
    }
    const std::string_view base = trimmed(base_.rest(*v.base));
    if (trimmed(theirs) == base) return std::string(ours);
    return trimmed(ours) == base ? std::optional(std::string(theirs)) : std::nullopt;
  }

  /// Nothing if both sides changed the same place in different ways.
  std::optional<MergedText> merge_body(const Versions& v, std::string_view to) {
    const std::string ours = ours_.body(*v.ours, to);
    const std::string theirs = theirs_.body(*v.theirs, to);
    if (ours == theirs) return text_only(ours);
    const std::string base = v.base == nullptr ? std::string() : base_.body(*v.base, to);
    if (v.base != nullptr && ours == base) return text_only(theirs);
    if (v.base != nullptr && theirs == base) return text_only(ours);
    if (v.ours->digest == v.theirs->digest) return text_only(ours);
    const bool ours_is_layout = v.base != nullptr && v.ours->digest == v.base->digest;
    const bool theirs_is_layout = v.base != nullptr && v.theirs->digest == v.base->digest;
    if (have_children(v)) {
      auto parts = merge_parts(v, to);
      if (parts && (ours_is_layout || theirs_is_layout)) parts->note(MergeStep::kLayout);
      if (parts) return parts;
    } else if (v.base != nullptr) {
      if (v.ours->data.is_literal && v.theirs->data.is_literal) return merge_literal(base, ours, theirs);
      if (auto atoms = merge_atoms(v, to)) return atoms;
    }
    if (ours_is_layout) return text_only(theirs);
    if (theirs_is_layout) return text_only(ours);
    return std::nullopt;
  }

  /// Lines of text, which have no structure that is known.
  static std::optional<MergedText> merge_literal(const std::string& base, const std::string& ours,
                                                 const std::string& theirs) {
    const std::string base_lines = base + "\n";
    const std::string our_lines = ours + "\n";
    const std::string their_lines = theirs + "\n";
    MergedText lines = merge_lines({.base = base_lines, .ours = our_lines, .theirs = their_lines});
    if (lines.has_conflicts()) return lines;
    std::string text = lines.text();
    text.pop_back();
    return text_only(text);
  }

  std::optional<MergedText> merge_atoms(const Versions& v, std::string_view to) {
    const AtomVersions atoms{.base = base_.atoms(*v.base, v.base->last_atom),
                             .ours = ours_.atoms(*v.ours, v.ours->last_atom),
                             .theirs = theirs_.atoms(*v.theirs, v.theirs->last_atom)};
    if (atoms.base.is_empty() || atoms.ours.is_empty() || atoms.theirs.is_empty()) return std::nullopt;
    MergeSteps steps;
    const auto text = merge_statements(atoms, steps);
    if (!text) return std::nullopt;
    // What stands before its first atom is a dash.
    const Element& e = *v.ours;
    const auto before = ours_.outline().part(e.data.text, ours_.outline().atoms[e.first_atom].begin);
    MergedText merged = text_only(std::string(to) + std::string(before) + *text);
    merged.note(steps);
    return merged;
  }

  /// Do all versions hold the same kind of children? Some may hold none.
  static bool have_children(const Versions& v) {
    const Element& some = v.ours->children.empty() ? *v.theirs : *v.ours;
    if (some.children.empty()) return false;
    const auto fits = [&some](const Element& e) {
      if (e.children.empty() && !e.data.is_empty) return false;
      const bool is_null = e.data.is_empty && e.data.holds == Holds::kNothing && some.data.bracket == 0;
      return is_null || (e.data.holds == some.data.holds && e.data.bracket == some.data.bracket);
    };
    if (!fits(*v.ours) || !fits(*v.theirs)) return false;
    // Two sequences that nobody had before are two opinions, not one list.
    return v.base == nullptr ? some.data.holds == Holds::kMembers : fits(*v.base);
  }

  std::optional<MergedText> merge_parts(const Versions& v, std::string_view to) {
    const bool is_by_theirs = is_laid_out_by_theirs(v);
    const DataVersion& frame = is_by_theirs ? theirs_ : ours_;
    const Element& framed = is_by_theirs ? *v.theirs : *v.ours;
    const bool is_compact = DataVersion::is_compact(framed);
    const std::string to_children = frame.child_indentation(framed, to);
    std::optional<std::string> header = std::string();
    MergedText merged;
    if (!is_compact) header = merge_headers(v, framed, frame, to, merged);
    if (!header) return std::nullopt;
    merged.append(*header);
    const DataPlaces& places = framed.data;
    MergedText children = merge_children(
        v, to_children, {.has_commas = places.bracket != 0, .ends_with_comma = ends_with_comma(v)});
    const auto tail = [&](const DataVersion& version, const Element* e) {
      if (e == nullptr || e->children.empty()) return std::string();
      return with_indentation(version.tail(*e), version.child_indentation(*e, version.indentation(*e)),
                              to_children);
    };
    append_lines(children,
                 merge_comment_lines(tail(base_, v.base), tail(ours_, v.ours), tail(theirs_, v.theirs)),
                 line_end_);
    if (is_compact) {
      const std::string dash = std::string(to) + std::string(frame.outline().part(
                                                     framed.data.text, framed.children.front().data.text));
      auto dashed = with_dash(children, dash);
      if (!dashed) return std::nullopt;
      children = *std::move(dashed);
    }
    append_lines(merged, std::move(children), line_end_);
    const std::string footer(frame.outline().part(places.footer, places.value_end));
    append_lines(merged, text_only(with_indentation(footer, frame.indentation(framed), to)), line_end_);
    return merged;
  }

  /// As the side has it that changed it; what has no children says nothing.
  static bool ends_with_comma(const Versions& v) {
    const bool has_base = v.base != nullptr && !v.base->children.empty();
    if (v.ours->children.empty()) return v.theirs->data.ends_with_comma;
    if (v.theirs->children.empty()) return v.ours->data.ends_with_comma;
    const bool base = (has_base ? v.base : v.ours)->data.ends_with_comma;
    return v.ours->data.ends_with_comma == base ? v.theirs->data.ends_with_comma
                                                : v.ours->data.ends_with_comma;
  }

  /// Our layout is kept, unless only theirs has another than the base, or any.
  [[nodiscard]] bool is_laid_out_by_theirs(const Versions& v) const {
    if (v.ours->children.empty()) return true;
    if (v.theirs->children.empty()) return false;
    if (v.base == nullptr || v.base->children.empty()) return false;
    const std::string base = base_.child_indentation(*v.base, "");
    return ours_.child_indentation(*v.ours, "") == base && theirs_.child_indentation(*v.theirs, "") != base;
  }

  std::optional<std::string> merge_headers(const Versions& v, const Element& framed, const DataVersion& frame,
                                           std::string_view to, MergedText& merged) const {
    std::string ours = ours_.header(*v.ours, to);
    std::string theirs = theirs_.header(*v.theirs, to);
    const AtomRange our_atoms = ours_.header_atoms(*v.ours);
    const AtomRange their_atoms = theirs_.header_atoms(*v.theirs);
    if (ours == theirs || say_the_same(our_atoms, their_atoms)) return frame.header(framed, to);
    if (v.base == nullptr) return std::nullopt;
    const AtomRange base_atoms = base_.header_atoms(*v.base);
    if (!v.theirs->children.empty() && say_the_same(our_atoms, base_atoms)) return theirs;
    if (v.ours->children.empty() || v.theirs->children.empty()) return std::nullopt;
    if (say_the_same(their_atoms, base_atoms)) return ours;
    MergeSteps steps;
    const auto text = merge_statements({.base = base_atoms, .ours = our_atoms, .theirs = their_atoms}, steps);
    if (!text || our_atoms.is_empty()) return std::nullopt;
    merged.note(steps);
    const Outline& outline = ours_.outline();
    const std::uint32_t last = outline.atoms[v.ours->header_atoms - 1].end;
    const auto before = outline.part(v.ours->data.text, outline.atoms[v.ours->first_atom].begin);
    return std::string(to) + std::string(before) + *text +
           std::string(outline.part(last, v.ours->header_end));
  }

  DataVersion base_;
  DataVersion ours_;
  DataVersion theirs_;
  std::string_view line_end_;
};

}  // namespace

MergedText merge_data_trees(const Outline& base, const Outline& ours, const Outline& theirs) {
  return DataTreeMerger(base, ours, theirs).run();
}

}  // namespace mlx
