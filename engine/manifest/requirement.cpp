#include "engine/manifest/requirement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace mlx {
namespace {

constexpr std::size_t kLongestQuote = 80;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_name_character(char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; }
bool is_version_character(char c) { return is_name_character(c) || c == '*' || c == '+' || c == '!'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr std::array<std::string_view, 8> kVersionOperators = {"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

constexpr std::array<std::string_view, 18> kMarkerVariables = {"python_version",
                                                               "python_full_version",
                                                               "os_name",
                                                               "os.name",
                                                               "sys_platform",
                                                               "sys.platform",
                                                               "platform_release",
                                                               "platform_system",
                                                               "platform_version",
                                                               "platform_machine",
                                                               "platform.machine",
                                                               "platform_python_implementation",
                                                               "platform.version",
                                                               "implementation_name",
                                                               "implementation_version",
                                                               "extra",
                                                               "extras",
                                                               "dependency_groups"};

class RequirementParser {
 public:
  explicit RequirementParser(std::string_view text) : text_(text) {}

  Result<Requirement> parse() {
    Requirement requirement;
    skip_spaces();
    requirement.name = MLX_TRY(name("a distribution's name"));
    skip_spaces();
    if (take("[")) requirement.extras = MLX_TRY(extras());
    skip_spaces();
    if (take("@")) {
      requirement.url = MLX_TRY(url());
    } else if (take("(")) {
      requirement.specifier = MLX_TRY(specifiers());
      if (!take(")")) return complaint("expected `)`");
    } else if (!at_end() && peek() != ';') {
      requirement.specifier = MLX_TRY(specifiers());
    }
    skip_spaces();
    if (take(";")) requirement.marker = MLX_TRY(marker());
    skip_spaces();
    if (!at_end()) return complaint("expected the end, a version specifier, `@` or `;`");
    requirement.text = trimmed_text();
    return requirement;
  }

 private:
  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  [[nodiscard]] char peek() const { return text_[position_]; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    position_ += token.size();
    return true;
  }

  void skip_spaces() {
    while (!at_end() && is_space(peek())) ++position_;
  }

  template <typename Predicate>
  std::string_view take_while(Predicate accepts) {
    const std::size_t begin = position_;
    while (!at_end() && accepts(peek())) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  [[nodiscard]] std::unexpected<Error> complaint(std::string_view what) const {
    std::string quote(text_.substr(0, kLongestQuote));
    if (text_.size() > kLongestQuote) quote += "...";
    const std::size_t column = position_ + 1;
    return fail(ErrorCode::kInvalidInput,
                "`" + quote + "`, column " + std::to_string(column) + ": " + std::string(what),
                {.column = column});
  }

  Result<std::string> name(std::string_view what) {
    const std::size_t begin = position_;
    const std::string_view found = take_while(is_name_character);
    if (found.empty() || !is_letter_or_digit(found.front())) {
      position_ = begin;
      return complaint("expected " + std::string(what));
    }
    if (!is_letter_or_digit(found.back())) {
      --position_;
      return complaint("a name ends in a letter or a digit");
    }
    return std::string(found);
  }

  Result<std::vector<std::string>> extras() {
    std::vector<std::string> found;
    skip_spaces();
    if (take("]")) return found;
    while (true) {
      skip_spaces();
      found.push_back(MLX_TRY(name("the name of an extra")));
      skip_spaces();
      if (take("]")) return found;
      if (!take(",")) return complaint("expected `,` or `]` after the name of an extra");
    }
  }

  Result<std::string> url() {
    skip_spaces();
    const std::string_view found = take_while([](char c) { return !is_space(c); });
    if (found.empty()) return complaint("expected an address after `@`");
    return std::string(found);
  }

  Result<std::string> specifiers() {
    std::string joined;
    while (true) {
      skip_spaces();
      if (joined.empty() && !at_end() && peek() == ')') return joined;
      const auto* const found = std::ranges::find_if(
          kVersionOperators, [&](std::string_view op) { return rest().starts_with(op); });
      if (found == kVersionOperators.end()) {
        return complaint("expected a version specifier such as `>=1.2`");
      }
      position_ += found->size();
      skip_spaces();
      const bool is_arbitrary = *found == "===";
      const std::string_view version = take_while([&](char c) {
        return is_arbitrary ? !is_space(c) && c != ';' && c != ',' && c != ')' : is_version_character(c);
      });
      if (version.empty()) return complaint("expected a version after `" + std::string(*found) + "`");
      if (!joined.empty()) joined += ',';
      joined += *found;
      joined += version;
      skip_spaces();
      if (!take(",")) return joined;
    }
  }

  /// Checks the grammar with a counter for the open parentheses instead of recursion.
  Result<std::string> marker() {
    std::string rendered;
    std::size_t open = 0;
    while (true) {
      skip_spaces();
      while (take("(")) {
        ++open;
        rendered += '(';
        skip_spaces();
      }
      rendered += MLX_TRY(operand());
      skip_spaces();
      rendered += ' ' + MLX_TRY(comparison()) + ' ';
      skip_spaces();
      rendered += MLX_TRY(operand());
      skip_spaces();
      while (open > 0 && take(")")) {
        --open;
        rendered += ')';
        skip_spaces();
      }
      if (take_word("and")) {
        rendered += " and ";
      } else if (take_word("or")) {
        rendered += " or ";
      } else if (open > 0) {
        return complaint("expected `and`, `or` or `)`");
      } else if (at_end()) {
        return rendered;
      } else {
        return complaint("expected `and`, `or` or the end of the marker");
      }
    }
  }

  Result<std::string> operand() {
    if (!at_end() && (peek() == '\'' || peek() == '"')) return quoted();
    const std::size_t begin = position_;
    const std::string_view word =
        take_while([](char c) { return is_letter_or_digit(c) || c == '_' || c == '.'; });
    if (std::ranges::find(kMarkerVariables, word) == kMarkerVariables.end()) {
      position_ = begin;
      return complaint("expected a marker variable such as `python_version`, or a quoted text");
    }
    return std::string(word);
  }

  Result<std::string> quoted() {
    const std::size_t close = text_.find(peek(), position_ + 1);
    if (close == std::string_view::npos) return complaint("this quote is not closed");
    const std::string_view inside = text_.substr(position_ + 1, close - position_ - 1);
    position_ = close + 1;
    const char quote = inside.find('\'') == std::string_view::npos ? '\'' : '"';
    return quote + std::string(inside) + quote;
  }

  Result<std::string> comparison() {
    for (const std::string_view op : kVersionOperators) {
      if (take(op)) return std::string(op);
    }
    if (take_word("in")) return std::string("in");
    const std::size_t begin = position_;
    if (take_word("not")) {
      skip_spaces();
      if (take_word("in")) return std::string("not in");
    }
    position_ = begin;
    return complaint("expected a comparison: `<`, `<=`, `==`, `!=`, `>=`, `>`, `~=`, `in` or `not in`");
  }

  bool take_word(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    if (rest().size() > word.size() && is_name_character(rest()[word.size()])) return false;
    position_ += word.size();
    return true;
  }

  [[nodiscard]] std::string trimmed_text() const {
    std::string_view trimmed = text_;
    while (!trimmed.empty() && is_space(trimmed.front())) trimmed.remove_prefix(1);
    while (!trimmed.empty() && is_space(trimmed.back())) trimmed.remove_suffix(1);
    return std::string(trimmed);
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

Result<Requirement> parse_requirement(std::string_view text) { return RequirementParser(text).parse(); }

std::string normalized_name(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      if (!normal.ends_with('-')) normal += '-';
    } else {
      normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return normal;
}

std::string render(const Requirement& requirement) {
  std::string text = requirement.name;
  if (!requirement.extras.empty()) {
    char separator = '[';
    for (const std::string& extra : requirement.extras) {
      text += separator;
      text += extra;
      separator = ',';
    }
    text += ']';
  }
  // A URL ends at a space only, so the semicolon after it needs one.
  if (!requirement.url.empty()) text += " @ " + requirement.url + (requirement.marker.empty() ? "" : " ");
  text += requirement.specifier;
  if (!requirement.marker.empty()) text += "; " + requirement.marker;
  return text;
}

}  // namespace mlx
