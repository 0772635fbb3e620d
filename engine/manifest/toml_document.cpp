#include "engine/manifest/toml_document.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <ranges>
#include <system_error>
#include <tuple>

#include "engine/manifest/toml_tree.h"

namespace mlx {
namespace {

std::string_view name_of(TomlKind kind) {
  switch (kind) {
    case TomlKind::kTable: return "a table";
    case TomlKind::kArray: return "an array";
    case TomlKind::kString: return "a string";
    case TomlKind::kInteger: return "an integer";
    case TomlKind::kFloat: return "a float";
    case TomlKind::kBoolean: return "a boolean";
    case TomlKind::kDateTime: return "a date or time";
  }
  std::unreachable();
}

std::string expectation(TomlKind expected, TomlKind found) {
  return "expected " + std::string(name_of(expected)) + ", found " + std::string(name_of(found));
}

std::optional<long long> parse_integer(std::string digits) {
  std::erase(digits, '_');
  std::string_view rest = digits;
  if (rest.starts_with('+')) rest.remove_prefix(1);
  int base = 10;
  for (const auto& [prefix, prefix_base] :
       {std::pair<std::string_view, int>{"0x", 16}, {"0o", 8}, {"0b", 2}}) {
    if (rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      base = prefix_base;
      break;
    }
  }
  long long value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, base);
  if (error != std::errc() || end != rest.data() + rest.size()) return std::nullopt;
  return value;
}

std::vector<std::size_t> line_begins(std::string_view text) {
  std::vector<std::size_t> begins = {0};
  for (std::size_t newline = text.find('\n'); newline != std::string_view::npos;
       newline = text.find('\n', newline + 1)) {
    begins.push_back(newline + 1);
  }
  return begins;
}

/// line_column(), but without walking over the text.
LineColumn place_of(const TomlTree& tree, std::size_t offset) {
  const auto next = std::ranges::upper_bound(tree.line_begins, offset);
  return {.line = static_cast<std::size_t>(next - tree.line_begins.begin()),
          .column = offset - *std::prev(next) + 1};
}

}  // namespace

TomlKind TomlValue::kind() const { return is_present() ? tree_->nodes[index_].kind : TomlKind::kTable; }
TomlForm TomlValue::form() const { return is_present() ? tree_->nodes[index_].form : TomlForm::kImplied; }
Span TomlValue::span() const { return is_present() ? tree_->nodes[index_].span : Span{}; }

std::optional<std::size_t> TomlValue::end_of_last_pair() const {
  return is_present() ? tree_->nodes[index_].end_of_last_pair : std::nullopt;
}

std::size_t TomlValue::line() const { return is_present() ? place_of(*tree_, span().begin).line : 0; }

std::vector<std::pair<std::string, TomlValue>> TomlValue::members() const {
  std::vector<std::pair<std::string, TomlValue>> found;
  if (!is_present()) return found;
  for (const auto& [name, index] : tree_->nodes[index_].members) {
    found.emplace_back(name, TomlValue(tree_, index));
  }
  std::ranges::sort(found, {}, [](const auto& member) { return member.second.index_; });
  return found;
}

std::vector<TomlValue> TomlValue::elements() const {
  std::vector<TomlValue> found;
  if (!is_present()) return found;
  for (const std::size_t index : tree_->nodes[index_].elements) found.push_back(TomlValue(tree_, index));
  return found;
}

TomlValue TomlValue::at(std::string_view key) const {
  if (!is_present()) return {};
  const auto& members = tree_->nodes[index_].members;
  const auto found = members.find(key);
  return found == members.end() ? TomlValue() : TomlValue(tree_, found->second);
}

const std::string& TomlValue::scalar() const {
  static const std::string empty;
  return is_present() ? tree_->nodes[index_].scalar : empty;
}

Result<TomlValue> TomlValue::member_of_kind(std::string_view key, TomlKind kind) const {
  const TomlValue member = at(key);
  if (member.is_present() && member.kind() != kind) return member.complaint(expectation(kind, member.kind()));
  return member;
}

Result<TomlValue> TomlValue::table(std::string_view key) const {
  return member_of_kind(key, TomlKind::kTable);
}

Result<TomlValue> TomlValue::array(std::string_view key) const {
  return member_of_kind(key, TomlKind::kArray);
}

Result<std::optional<std::string>> TomlValue::string(std::string_view key) const {
  const TomlValue member = MLX_TRY(member_of_kind(key, TomlKind::kString));
  return member.is_present() ? std::optional(member.scalar()) : std::nullopt;
}

Result<std::optional<bool>> TomlValue::boolean(std::string_view key) const {
  const TomlValue member = MLX_TRY(member_of_kind(key, TomlKind::kBoolean));
  return member.is_present() ? std::optional(member.scalar() == "true") : std::nullopt;
}

Result<std::optional<long long>> TomlValue::integer(std::string_view key) const {
  const TomlValue member = MLX_TRY(member_of_kind(key, TomlKind::kInteger));
  if (!member.is_present()) return std::nullopt;
  const std::optional<long long> value = parse_integer(member.scalar());
  if (!value) return member.complaint("this integer does not fit into 64 bits");
  return value;
}

Result<std::vector<std::string>> TomlValue::strings(std::string_view key) const {
  std::vector<std::string> found;
  const TomlValue member = MLX_TRY(array(key));
  for (const TomlValue& element : member.elements()) found.push_back(MLX_TRY(element.as_string()));
  return found;
}

Result<std::string> TomlValue::as_string() const {
  if (is_present() && kind() != TomlKind::kString) return complaint(expectation(TomlKind::kString, kind()));
  return scalar();
}

Result<TomlValue> TomlValue::table_at(std::initializer_list<std::string_view> path) const {
  TomlValue place = *this;
  for (const std::string_view key : path) place = MLX_TRY(place.table(key));
  return place;
}

std::string TomlValue::path() const {
  std::vector<std::string> parts;
  for (std::size_t index = index_; index != 0; index = tree_->nodes[index].parent) {
    const TomlNode& node = tree_->nodes[index];
    const TomlNode& parent = tree_->nodes[node.parent];
    if (parent.kind == TomlKind::kArray) {
      const auto position = std::ranges::find(parent.elements, index) - parent.elements.begin();
      parts.push_back("[" + std::to_string(position) + "]");
    } else {
      parts.push_back((node.parent == 0 ? "" : ".") + node.name);
    }
  }
  std::string path;
  for (const std::string& part : parts | std::views::reverse) path += part;
  return path;
}

std::unexpected<Error> TomlValue::complaint(std::string message) const {
  return complaint_at(span().begin, std::move(message));
}

std::unexpected<Error> TomlValue::complaint_about_key(std::string message) const {
  return complaint_at(is_present() ? tree_->nodes[index_].key.begin : 0, std::move(message));
}

std::unexpected<Error> TomlValue::complaint_at(std::size_t offset, std::string message) const {
  if (!is_present()) return fail(ErrorCode::kInvalidInput, std::move(message));
  const LineColumn place = place_of(*tree_, offset);
  return fail(ErrorCode::kInvalidInput, std::move(message),
              {.file = tree_->file, .line = place.line, .column = place.column, .field = path()});
}

TomlDocument::TomlDocument(std::unique_ptr<const TomlTree> tree) : tree_(std::move(tree)) {}
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;
TomlDocument& TomlDocument::operator=(TomlDocument&&) noexcept = default;
TomlDocument::~TomlDocument() = default;

const std::string& TomlDocument::text() const { return tree_->text; }
const std::string& TomlDocument::file() const { return tree_->file; }
TomlValue TomlDocument::root() const { return {tree_.get(), 0}; }

Result<TomlDocument> TomlDocument::parse(std::string text, std::string file) {
  MLX_CHECK(check_toml(text, file));
  auto tree = std::make_unique<TomlTree>();
  tree->nodes = MLX_TRY(build_toml_nodes(text, file));
  tree->line_begins = line_begins(text);
  tree->text = std::move(text);
  tree->file = std::move(file);
  return TomlDocument(std::move(tree));
}

}  // namespace mlx
