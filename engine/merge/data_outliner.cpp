#include "engine/merge/data_outliner.h"

#include <algorithm>
#include <map>

namespace mlx {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string distribution_of(std::string_view requirement) {
  // `--option=value` keeps its dashes.
  std::size_t i = std::min(requirement.find_first_not_of('-'), requirement.size());
  std::string name(requirement.substr(0, i));
  const std::size_t dashes = i;
  bool is_lower = true;
  for (; i < requirement.size(); ++i) {
    const char c = requirement[i];
    const bool is_between = c == '-' || c == '_' || c == '.';
    if (!is_word(c) && !is_between) break;
    is_lower = is_lower && c == lower(c);
    if (is_between && name.ends_with('-')) continue;
    name += is_between ? '-' : lower(c);
  }
  if (name.size() == dashes) return {};
  while (i < requirement.size() && requirement[i] == ' ') ++i;
  if (i == requirement.size()) {
    // A distribution in any version, or any other word.
    const bool is_name = dashes == 0 && is_lower && (name.front() < '0' || name.front() > '9');
    return is_name ? name : std::string();
  }
  constexpr std::string_view kBehindName = "<>=!~[;@(";
  return kBehindName.find(requirement[i]) == std::string_view::npos ? std::string() : name;
}

DataOutliner::DataOutliner(std::string_view text, SymbolTable& symbols) : symbols_(symbols) {
  outline_.text = text;
  outline_.is_data = true;
}

std::uint32_t DataOutliner::line_begin(std::size_t offset) const {
  const auto newline = offset == 0 ? std::string_view::npos : text().rfind('\n', offset - 1);
  return static_cast<std::uint32_t>(newline == std::string_view::npos ? 0 : newline + 1);
}

std::uint32_t DataOutliner::line_end(std::size_t offset) const {
  const auto newline = text().find('\n', offset);
  return static_cast<std::uint32_t>(newline == std::string_view::npos ? text().size() : newline + 1);
}

bool DataOutliner::begins_line(std::size_t offset) const {
  while (offset > 0 && (text()[offset - 1] == ' ' || text()[offset - 1] == '\t')) --offset;
  return offset == 0 || text()[offset - 1] == '\n';
}

std::string_view DataOutliner::atom_text(std::size_t i) const {
  return i < outline_.atoms.size() ? outline_.text_of(outline_.atoms[i]) : std::string_view();
}

void DataOutliner::add_atom(std::size_t begin, std::size_t end, AtomTraits traits, std::string_view said) {
  Atom added;
  added.begin = static_cast<std::uint32_t>(begin);
  added.end = static_cast<std::uint32_t>(end);
  added.lead = outline_.atoms.empty() ? 0 : outline_.atoms.back().end;
  added.symbol = symbols_.of(said);
  added.partner = atom_count();
  added.is_comment = traits.is_comment;
  added.is_text = traits.is_text;
  added.is_name = traits.is_name;
  outline_.atoms.push_back(added);
}

void DataOutliner::add_sign(std::size_t begin) {
  add_atom(begin, begin + 1, {}, text().substr(begin, 1));
  Atom& added = outline_.atoms.back();
  added.sign = text()[begin];
  if (added.opens()) open_.push_back(atom_count() - 1);
  if (!added.closes()) return;
  const char wanted = added.sign == ']' ? '[' : added.sign == '}' ? '{' : '(';
  if (open_.empty() || outline_.atoms[open_.back()].sign != wanted) {
    outline_.is_sound = false;
    return;
  }
  added.partner = open_.back();
  outline_.atoms[open_.back()].partner = atom_count() - 1;
  open_.pop_back();
}

void DataOutliner::close_brackets() {
  if (!open_.empty()) outline_.is_sound = false;
  open_.clear();
}

std::uint32_t DataOutliner::after_value(std::uint32_t first, std::uint32_t end) const {
  const Atom& begin = atom(first);
  return begin.opens() && begin.partner > first && begin.partner < end ? begin.partner + 1 : first + 1;
}

void DataOutliner::read_brackets(Element& element, std::uint32_t open, int depth) {
  const std::uint32_t close = atom(open).partner;
  element.data.bracket = atom(open).sign;
  if (close == open + 1) {
    element.data.is_empty = true;
    element.data.holds = element.data.bracket == '{' ? Holds::kMembers : Holds::kItems;
    return;
  }
  if (close <= open || depth >= kDeepestBlock || !read_entries(element, open, depth)) {
    element.children.clear();
    element.header_end = element.end;
    element.header_atoms = element.last_atom;
    element.tail = element.end;
    element.data.bracket = 0;
    element.data.ends_with_comma = false;
    return;
  }
  element.data.holds = element.data.bracket == '{' ? Holds::kMembers : Holds::kItems;
}

bool DataOutliner::read_entries(Element& element, std::uint32_t open, int depth) {
  const std::uint32_t close = atom(open).partner;
  std::uint32_t line = line_end(atom(open).begin);
  std::uint32_t next = open + 1;
  for (; next < close && atom(next).begin < line; ++next) {
    if (!atom(next).is_comment || atom(next).end > line) return false;
  }
  if (next == close) return false;
  element.header_end = line;
  element.header_atoms = next;
  while (next < close) {
    if (!read_entry(element, next, close, line)) return false;
  }
  if (element.children.empty() || !begins_line(atom(close).begin)) return false;
  element.tail = line;
  element.data.footer = line_begin(atom(close).begin);
  element.data.ends_with_comma = element.children.back().data.has_comma;
  for (Element& child : element.children) {
    describe_entry(child, element.data.bracket, depth);
    finish(child);
  }
  if (element.data.bracket == '[') mark_shared_names(element.children);
  return true;
}

/// One entry with its comments, from `line` on; `next` is its first atom. Comments behind the last one are
/// none.
bool DataOutliner::read_entry(Element& element, std::uint32_t& next, std::uint32_t close,
                              std::uint32_t& line) {
  std::uint32_t first = next;
  while (first < close && atom(first).is_comment) ++first;
  next = first;
  if (first == close) return true;
  Element entry;
  entry.begin = line;
  entry.code = line_begin(atom(first).begin);
  if (!begins_line(atom(first).begin) || entry.code < line) return false;
  std::uint32_t end = first;
  while (end < close && atom(end).sign != ',') end = after_value(end, close);
  entry.data.has_comma = end < close;
  std::uint32_t last = end;
  while (last > first && atom(last - 1).is_comment) --last;
  if (last == first) return false;
  entry.first_atom = first;
  entry.header_atoms = entry.last_atom = last;
  entry.data.text = atom(first).begin;
  entry.data.value_end = entry.data.rest = atom(last - 1).end;
  if (entry.data.has_comma) {
    if (last != end || atom(end).begin != entry.data.value_end) return false;
    entry.data.rest = atom(end).end;
  }
  entry.end = line_end(entry.data.rest);
  for (next = entry.data.has_comma ? end + 1 : last; next < close && atom(next).begin < entry.end; ++next) {
    if (!atom(next).is_comment || atom(next).end > entry.end) return false;
  }
  if (atom(close).begin < entry.end) return false;
  entry.header_end = entry.tail = entry.end;
  line = entry.end;
  element.children.push_back(std::move(entry));
  return true;
}

void DataOutliner::describe_entry(Element& entry, char bracket, int depth) {
  std::uint32_t value = entry.first_atom;
  if (bracket == '{') {
    entry.kind = ElementKind::kMember;
    entry.name = unquoted(atom_text(value));
    while (value < entry.last_atom && atom(value).sign != ':' && atom(value).sign != '=') ++value;
    ++value;
  } else {
    entry.kind = ElementKind::kItem;
    entry.name = identity_of(entry.first_atom, entry.last_atom);
  }
  if (value >= entry.last_atom || !atom(value).opens()) return;
  if (atom(value).partner + 1 == entry.last_atom) read_brackets(entry, value, depth + 1);
}

std::string DataOutliner::identity_of(std::uint32_t first, std::uint32_t last) const {
  if (first + 1 == last)
    return atom(first).is_text ? distribution_of(unquoted(atom_text(first))) : std::string();
  if (atom(first).sign != '{') return {};
  for (const std::string_view key : kIdentifyingKeys) {
    for (std::uint32_t i = first + 1; i + 2 < last; i = after_value(i, last)) {
      const bool is_key = atom(i + 1).sign == ':' || atom(i + 1).sign == '=';
      if (is_key && unquoted(atom_text(i)) == key && !atom(i + 2).opens())
        return std::string(key) + "=" + unquoted(atom_text(i + 2));
    }
  }
  return {};
}

void DataOutliner::mark_shared_names(std::vector<Element>& items) {
  std::map<std::string, int> counted;
  for (const Element& item : items) ++counted[item.name];
  for (Element& item : items) item.data.shares_name = counted[item.name] > 1;
}

void DataOutliner::finish(Element& element) const {
  std::uint64_t digest = static_cast<std::uint64_t>(element.kind) + 1;
  for (std::uint32_t i = element.first_atom; i < element.last_atom; ++i) {
    std::uint32_t next = i + 1;
    if (atom(i).sign == ',') {
      while (next < element.last_atom && atom(next).is_comment) ++next;
      // A comma behind the last member says nothing.
      if (next < element.last_atom && atom(next).closes()) continue;
    }
    digest = mixed(digest, atom(i).symbol);
  }
  element.digest = digest;
}

/// Is all but white space part of an atom?
bool DataOutliner::is_covered() const {
  std::uint32_t at = 0;
  const auto is_blank = [this](std::uint32_t begin, std::uint32_t end) {
    return begin <= end && outline_.part(begin, end).find_first_not_of(" \t\r\n") == std::string_view::npos;
  };
  for (const Atom& atom : outline_.atoms) {
    if (!is_blank(at, atom.begin)) return false;
    at = atom.end;
  }
  return is_blank(at, size());
}

Outline DataOutliner::finish_root() {
  if (!is_covered()) outline_.is_sound = false;
  for (std::uint32_t i = 0; i < atom_count(); ++i) {
    if (!atom(i).is_text) continue;
    std::string identity = distribution_of(unquoted(atom_text(i)));
    if (!identity.empty())
      outline_.identities.emplace_hint(outline_.identities.end(), i, std::move(identity));
  }
  Element& root = outline_.root;
  root.kind = ElementKind::kBlock;
  root.last_atom = atom_count();
  root.end = size();
  root.tail = root.children.empty() ? 0 : root.children.back().end;
  root.data.footer = root.end;
  root.data.value_end = root.data.rest = root.end;
  finish(root);
  return std::move(outline_);
}

std::string DataOutliner::unquoted(std::string_view said) {
  const bool is_quoted =
      said.size() >= 2 && (said.front() == '"' || said.front() == '\'') && said.back() == said.front();
  return std::string(is_quoted ? said.substr(1, said.size() - 2) : said);
}

}  // namespace mlx
