#include "engine/merge/entry_list.h"

namespace mlx {
namespace {

bool is_on_line(const AtomRange& range, std::size_t i) {
  const Atom& atom = range.at(i);
  return atom.is_comment && !has_newline(range.outline->part(atom.lead, atom.begin));
}

}  // namespace

Entries entries_of(const AtomRange& range) {
  Entries entries{.range = range, .list = {}, .ends_with_comma = false};
  std::size_t begin = range.begin;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Atom& atom = range.at(i);
    if (atom.opens() && atom.partner > i && atom.partner < range.end) {
      i = atom.partner;
      continue;
    }
    if (atom.sign != ',') continue;
    ListEntry entry{.begin = begin, .end = i, .comment = i + 1, .comment_end = i + 1};
    while (entry.comment_end < range.end && is_on_line(range, entry.comment_end)) ++entry.comment_end;
    i = entry.comment_end - 1;
    begin = entry.comment_end;
    entries.list.push_back(entry);
    entries.ends_with_comma = begin == range.end;
  }
  if (begin == range.end) return entries;
  ListEntry last{.begin = begin, .end = range.end, .comment = range.end, .comment_end = range.end};
  while (last.end > begin && is_on_line(range, last.end - 1)) --last.end;
  last.comment = last.end;
  last.is_only_comment = true;
  for (std::size_t i = begin; i < last.end; ++i) last.is_only_comment &= range.at(i).is_comment;
  if (last.is_only_comment) entries.ends_with_comma = !entries.list.empty();
  entries.list.push_back(last);
  return entries;
}

std::string_view name_of(const Entries& entries, std::size_t index) {
  const AtomRange atoms = entries.atoms(index);
  std::size_t i = atoms.begin;
  while (i < atoms.end && atoms.at(i).is_comment) ++i;
  if (i == atoms.end || (!atoms.at(i).is_name && !atoms.at(i).is_text)) return {};
  const bool is_alone = i + 1 == atoms.end;
  if (is_alone) {
    const auto identity = atoms.outline->identities.find(static_cast<std::uint32_t>(i));
    if (identity != atoms.outline->identities.end()) return identity->second;
  }
  const bool is_named = !is_alone && (atoms.at(i + 1).sign == '=' || atoms.at(i + 1).sign == ':');
  return is_alone || is_named ? atoms.outline->text_of(atoms.at(i)) : std::string_view();
}

bool is_keyed(const Entries& entries, std::size_t index) {
  const AtomRange atoms = entries.atoms(index);
  std::size_t i = atoms.begin;
  while (i < atoms.end && atoms.at(i).is_comment) ++i;
  return i + 1 < atoms.end && atoms.at(i).is_name &&
         (atoms.at(i + 1).sign == '=' || atoms.at(i + 1).sign == ':');
}

bool are_sorted(const Entries& entries) {
  if (entries.list.size() < 2) return true;
  for (std::size_t i = 0; i < entries.list.size(); ++i) {
    const bool is_one_name = entries.list[i].end == entries.list[i].begin + 1 && !name_of(entries, i).empty();
    if (!is_one_name || (i > 0 && !(name_of(entries, i - 1) < name_of(entries, i)))) return false;
  }
  return true;
}

std::vector<ListItem> list_items(const Entries& entries, char bracket) {
  std::vector<ListItem> items;
  for (std::size_t i = 0; i < entries.list.size(); ++i) {
    std::uint64_t digest = 1;
    for (std::size_t k = entries.list[i].begin; k < entries.list[i].end; ++k)
      digest = mixed(digest, entries.range.at(k).symbol);
    items.push_back(
        {.digest = digest, .name = name_of(entries, i), .may_move = bracket == '{' || is_keyed(entries, i)});
  }
  return items;
}

double likeness(const Entries& a, std::size_t i, const Entries& b, std::size_t j) {
  if (a.list[i].is_only_comment != b.list[j].is_only_comment) return 0;
  const auto bag = [](const Entries& entries, std::size_t index) {
    AtomBag atoms;
    for (std::size_t k = entries.list[index].begin; k < entries.list[index].end; ++k)
      atoms.add(entries.range.at(k).symbol);
    return atoms;
  };
  return bag(a, i).likeness(bag(b, j));
}

}  // namespace mlx
