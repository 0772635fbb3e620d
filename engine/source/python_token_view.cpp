#include "engine/source/python_token_view.h"

#include <limits>

namespace mlx {
namespace {

constexpr std::uint32_t kUnclosed = std::numeric_limits<std::uint32_t>::max();

/// Walks a range outside of brackets; `visit` returns true to stop there.
template <typename Visit>
std::size_t walk_flat(const PythonTokenView& view, TokenRange range, Visit&& visit) {
  std::size_t lambdas = 0;  // whose parameters we are in
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (opens(view.at(i))) i = view.closing(i, range.end);
    if (i == range.end) break;
    const PythonToken& token = view.at(i);
    if (token.is(Keyword::kLambda)) {
      ++lambdas;
    } else if (lambdas > 0) {
      if (token.is(':')) --lambdas;
    } else if (visit(i)) {
      return i;
    }
  }
  return range.end;
}

/// Appends a token, of which only strings have line ends.
void append_on_line(std::string& line, std::string_view token) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '\n' && token[i] != '\r') {
      line += token[i];
    } else {
      if (token.substr(i).starts_with("\r\n")) ++i;
      line += "\\n";
    }
  }
}

}  // namespace

PythonTokenView::PythonTokenView(std::string_view text, const std::vector<PythonToken>& tokens)
    : text_(text), tokens_(tokens), partners_(tokens.size(), kUnclosed) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    const PythonToken& token = tokens[i];
    if (token.kind == TokenKind::kNewline) open.clear();
    if (token.kind != TokenKind::kOperator) continue;
    if (opens(token)) open.push_back(i);
    if (!closes(token) || open.empty()) continue;
    partners_[open.back()] = i;
    open.pop_back();
  }
}

std::size_t PythonTokenView::find(TokenRange range, char operation) const {
  return walk_flat(*this, range, [&](std::size_t i) { return at(i).is(operation); });
}

std::size_t PythonTokenView::find(TokenRange range, Keyword keyword) const {
  return walk_flat(*this, range, [&](std::size_t i) { return at(i).is(keyword); });
}

std::vector<TokenRange> PythonTokenView::split(TokenRange range, char operation) const {
  std::vector<TokenRange> parts;
  while (!range.is_empty()) {
    const std::size_t end = find(range, operation);
    parts.push_back({range.begin, end});
    range.begin = end + 1;
  }
  return parts;
}

std::size_t PythonTokenView::end_of_path(std::size_t i, std::size_t end) const {
  ++i;
  while (i + 1 < end && at(i).is('.') && at(i + 1).is_name()) i += 2;
  return i;
}

std::string PythonTokenView::path(TokenRange range) const {
  std::string dotted;
  for (std::size_t i = range.begin; i < range.end; ++i) dotted += text(i);
  return dotted;
}

std::vector<PythonArgument> PythonTokenView::arguments(std::size_t open, std::size_t close) const {
  std::vector<PythonArgument> found;
  for (TokenRange part : split({open + 1, close}, ',')) {
    PythonArgument argument{.name = {}, .value = part};
    if (part.size() >= 2 && at(part.begin).is_name() && at(part.begin + 1).is('=')) {
      argument.name = text(part.begin);
      argument.value.begin += 2;
    }
    found.push_back(argument);
  }
  return found;
}

std::optional<std::string> PythonTokenView::string(TokenRange range) const {
  if (range.is_empty()) return std::nullopt;
  std::string value;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (at(i).kind != TokenKind::kString || !is_text_literal(text(i))) return std::nullopt;
    value += decode_text_literal(text(i));
  }
  return value;
}

std::optional<std::vector<std::string>> PythonTokenView::strings(TokenRange range) const {
  if (range.is_empty()) return std::nullopt;
  const bool is_bracketed = opens(at(range.begin)) && closing(range.begin, range.end) + 1 == range.end;
  if (is_bracketed) range = {range.begin + 1, range.end - 1};
  std::vector<std::string> values;
  for (const TokenRange part : split(range, ',')) {
    auto value = string(part);
    if (!value) return std::nullopt;
    values.push_back(std::move(*value));
  }
  return values;
}

std::string PythonTokenView::one_line(TokenRange range) const {
  std::string line;
  std::vector<std::size_t> open;
  // The comma behind a single element makes it a tuple, but for that of a call or a definition.
  const auto is_single = [&](std::size_t close) {
    if (open.empty()) return false;
    const std::size_t begin = open.back();
    if (at(close).is('}') || find({begin + 1, close}, ',') + 1 != close) return false;
    const bool follows_operand = begin > 0 && (at(begin - 1).is_name() || closes(at(begin - 1)));
    return at(close).is(')') != follows_operand;
  };
  std::size_t end = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const PythonToken& token = at(i);
    const bool is_inside_string = token.begin < end || token.begin == token.end;
    if (is_inside_string) continue;
    const auto between = end == 0 ? std::string_view() : text_.substr(end, token.begin - end);
    if (closes(token) && line.ends_with(',') && i > 0 && !is_single(i)) line.pop_back();
    if (opens(token)) open.push_back(i);
    if (closes(token) && !open.empty()) open.pop_back();
    const bool follows_bracket =
        !line.empty() && std::string_view("([{").find(line.back()) != std::string_view::npos;
    const bool is_tight = closes(token) || token.is(',') || follows_bracket;
    if (!between.empty() && !is_tight) line += ' ';
    append_on_line(line, text(i));
    end = token.end;
  }
  return line;
}

void append_bound_names(const PythonTokenView& view, TokenRange targets,
                        std::vector<std::string_view>& names) {
  for (std::size_t i = targets.begin; i < targets.end; ++i) {
    if (!view.at(i).is_name()) continue;
    const std::size_t name = i;
    // Whatever is reached through the name is not bound: an attribute, an element, what a call gives.
    while (i + 1 < targets.end) {
      if (view.at(i + 1).is('.')) {
        i += 2;
      } else if (view.at(i + 1).is('[') || view.at(i + 1).is('(')) {
        i = view.closing(i + 1, targets.end);
      } else {
        break;
      }
    }
    if (i == name) names.push_back(view.text(name));
  }
}

void append_captured_names(const PythonTokenView& view, TokenRange pattern,
                           std::vector<std::string_view>& names) {
  for (std::size_t i = pattern.begin; i < pattern.end; ++i) {
    if (!view.at(i).is_name()) continue;
    const PythonToken& next = view.at(i + 1);
    const bool is_last = i + 1 >= pattern.end;
    const bool is_after_dot = i > pattern.begin && view.at(i - 1).is('.');
    const bool is_value = !is_last && (next.is('.') || next.is('(') || next.is('='));
    if (!is_after_dot && !is_value && view.text(i) != "_") names.push_back(view.text(i));
  }
}

}  // namespace mlx
