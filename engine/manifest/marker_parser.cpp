#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "engine/manifest/marker.h"
#include "engine/manifest/requirement.h"
#include "engine/source/python_tokens.h"

namespace mlx {
namespace {

constexpr std::size_t kLongestQuote = 80;

struct VariableName {
  std::string_view text;
  MarkerVariable variable;
};

/// With the names that PEP 345 and setuptools had for some.
constexpr std::array<VariableName, 20> kVariables = {{
    {"implementation_name", MarkerVariable::kImplementationName},
    {"implementation_version", MarkerVariable::kImplementationVersion},
    {"os_name", MarkerVariable::kOsName},
    {"os.name", MarkerVariable::kOsName},
    {"platform_machine", MarkerVariable::kPlatformMachine},
    {"platform.machine", MarkerVariable::kPlatformMachine},
    {"platform_python_implementation", MarkerVariable::kPlatformPythonImplementation},
    {"platform.python_implementation", MarkerVariable::kPlatformPythonImplementation},
    {"python_implementation", MarkerVariable::kPlatformPythonImplementation},
    {"platform_release", MarkerVariable::kPlatformRelease},
    {"platform_system", MarkerVariable::kPlatformSystem},
    {"platform_version", MarkerVariable::kPlatformVersion},
    {"platform.version", MarkerVariable::kPlatformVersion},
    {"python_full_version", MarkerVariable::kPythonFullVersion},
    {"python_version", MarkerVariable::kPythonVersion},
    {"sys_platform", MarkerVariable::kSysPlatform},
    {"sys.platform", MarkerVariable::kSysPlatform},
    {"extra", MarkerVariable::kExtra},
    {"extras", MarkerVariable::kExtras},
    {"dependency_groups", MarkerVariable::kDependencyGroups},
}};

constexpr std::array<std::string_view, 8> kComparisons = {"===", "==", "~=", "!=", "<=", ">=", "<", ">"};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::optional<MarkerVariable> variable_named(std::string_view name) {
  const auto* const found = std::ranges::find(kVariables, name, &VariableName::text);
  return found == kVariables.end() ? std::nullopt : std::optional(found->variable);
}

/// Whether Python takes a text in quotes for a string literal.
bool is_literal(std::string_view inside) {
  constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF";
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] == '\n' || inside[at] == '\r' || inside[at] == '\0') return false;
    if (inside[at] != '\\') continue;
    if (++at == inside.size()) return false;
    const char kind = inside[at];
    if (kind == 'N' || kind == '\0') return false;  // names of characters are not known here
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) continue;
    const std::string_view code = inside.substr(at + 1, digits);
    if (code.size() < digits || code.find_first_not_of(kHexadecimal) != std::string_view::npos) return false;
    if (kind == 'U' && code > "0010FFFF") return false;
  }
  return true;
}

struct Operand {
  std::optional<MarkerVariable> variable;
  std::string text;
};

}  // namespace

/// Reads comparisons and puts the words between them in postfix order, with a stack of its own: `and` binds
/// closer than `or`, and each goes out before the next of its kind.
class MarkerParser {
 public:
  explicit MarkerParser(std::string_view text) : text_(text) {}

  Result<Marker> parse() {
    while (true) {
      skip_spaces();
      while (take("(")) {
        waiting_.push_back({.kind = Waiting::kParenthesis, .position = position_ - 1});
        skip_spaces();
      }
      MLX_CHECK(read_comparison());
      skip_spaces();
      while (take(")")) {
        put_out_until(Waiting::kParenthesis);
        if (waiting_.empty()) {
          --position_;
          return complaint("this `)` has no `(`");
        }
        waiting_.pop_back();
        skip_spaces();
      }
      if (take_word("and")) {
        put_out_until(Waiting::kOr);
        waiting_.push_back({.kind = Waiting::kAnd, .position = position_});
      } else if (take_word("or")) {
        put_out_until(Waiting::kParenthesis);
        waiting_.push_back({.kind = Waiting::kOr, .position = position_});
      } else {
        break;
      }
    }
    if (position_ < text_.size()) return complaint("expected `and`, `or` or the end of the marker");
    put_out_until(Waiting::kParenthesis);
    if (!waiting_.empty()) {
      position_ = waiting_.back().position;
      return complaint("this `(` is not closed");
    }
    return std::move(marker_);
  }

 private:
  /// What binds closer has a lower number.
  struct Waiting {
    enum Kind { kAnd, kOr, kParenthesis } kind;
    std::size_t position;
  };

  void put_out_until(Waiting::Kind kind) {
    while (!waiting_.empty() && waiting_.back().kind < kind) {
      marker_.steps_.push_back(waiting_.back().kind == Waiting::kAnd ? Marker::Step::kAnd
                                                                     : Marker::Step::kOr);
      waiting_.pop_back();
    }
  }

  [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }

  [[nodiscard]] std::unexpected<Error> complaint(std::string_view what) const {
    std::string quote(text_.substr(0, kLongestQuote));
    if (text_.size() > kLongestQuote) quote += "...";
    const std::size_t column = position_ + 1;
    return fail(ErrorCode::kInvalidInput,
                "`" + quote + "`, column " + std::to_string(column) + ": " + std::string(what),
                {.column = column});
  }

  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
  }

  bool take(std::string_view token) {
    if (!rest().starts_with(token)) return false;
    position_ += token.size();
    return true;
  }

  bool take_word(std::string_view word) {
    if (position_ > 0 && is_word_character(text_[position_ - 1])) return false;
    if (!rest().starts_with(word)) return false;
    if (rest().size() > word.size() && is_word_character(rest()[word.size()])) return false;
    position_ += word.size();
    return true;
  }

  Result<void> read_comparison() {
    MarkerComparison read;
    Operand left = MLX_TRY(operand());
    skip_spaces();
    read.comparison = MLX_TRY(comparison());
    skip_spaces();
    Operand right = MLX_TRY(operand());
    read.is_variable_left = left.variable.has_value();
    if (read.is_variable_left) {
      read.variable = left.variable;
      // Two variables: `packaging` compares with the name of the second.
      read.text = right.variable ? std::string(to_string(*right.variable)) : std::move(right.text);
      if (read.variable == MarkerVariable::kExtra && !right.variable) read.text = normalized_name(read.text);
    } else {
      read.variable = right.variable;
      // Two texts: `packaging` takes the second for the name of a variable.
      if (const auto named = variable_named(right.text); named && to_string(*named) == right.text) {
        read.variable = named;
      }
      read.text =
          right.variable == MarkerVariable::kExtra ? normalized_name(left.text) : std::move(left.text);
    }
    read.specifier = specifier_of(read);
    marker_.comparisons_.push_back(std::move(read));
    marker_.steps_.push_back(Marker::Step::kComparison);
    return {};
  }

  static std::optional<Specifier> specifier_of(const MarkerComparison& comparison) {
    const bool is_version = comparison.variable == MarkerVariable::kPythonVersion ||
                            comparison.variable == MarkerVariable::kPythonFullVersion ||
                            comparison.variable == MarkerVariable::kImplementationVersion ||
                            comparison.variable == MarkerVariable::kPlatformRelease;
    if (!is_version || !comparison.is_variable_left) return std::nullopt;
    auto parsed = Specifier::parse(comparison.comparison + comparison.text);
    return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
  }

  Result<Operand> operand() {
    if (position_ < text_.size() && (text_[position_] == '\'' || text_[position_] == '"')) return quoted();
    std::string_view word = rest();
    std::size_t length = 0;
    while (length < word.size() && (is_word_character(word[length]) || word[length] == '.')) ++length;
    word = word.substr(0, length);
    const auto variable = variable_named(word);
    if (!variable) return complaint("expected a marker variable such as `python_version`, or a quoted text");
    position_ += length;
    return Operand{.variable = variable, .text = {}};
  }

  Result<Operand> quoted() {
    const std::size_t close = text_.find(text_[position_], position_ + 1);
    if (close == std::string_view::npos) return complaint("this quote is not closed");
    const std::string_view literal = text_.substr(position_, close - position_ + 1);
    if (!is_literal(literal.substr(1, literal.size() - 2)))
      return complaint("Python cannot read this quoted text");
    position_ = close + 1;
    return Operand{.variable = std::nullopt, .text = decode_text_literal(literal)};
  }

  Result<std::string> comparison() {
    for (const std::string_view name : kComparisons) {
      if (take(name)) return std::string(name);
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

  std::string_view text_;
  std::size_t position_ = 0;
  Marker marker_;
  std::vector<Waiting> waiting_;
};

Result<Marker> Marker::parse(std::string_view text) { return MarkerParser(text).parse(); }

}  // namespace mlx
