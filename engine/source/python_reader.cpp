#include "engine/source/python_reader.h"

#include <algorithm>
#include <utility>

namespace mlx {
namespace {

constexpr std::size_t kDeepestBlock = 100;  // as deep as Python itself goes

bool begins_compound(Keyword keyword) {
  switch (keyword) {
    case Keyword::kElif:
    case Keyword::kElse:
    case Keyword::kWhile:
    case Keyword::kFor:
    case Keyword::kWith:
    case Keyword::kExcept:
    case Keyword::kFinally: return true;
    default: return false;
  }
}

}  // namespace

PythonModule read_python_module(std::string_view text) { return PythonReader(text).run(); }

PythonReader::PythonReader(std::string_view text)
    : text_(text), lexed_(tokenize_python(text)), view_(text, lexed_.tokens) {}

PythonModule PythonReader::run() {
  if (!lexed_.errors.empty()) {
    is_broken_ = true;
    module_.problems.push_back(
        {.code = "syntax-error",
         .message = std::string(lexed_.errors.front().problem),
         .line = static_cast<std::uint32_t>(line_column(text_, lexed_.errors.front().offset).line)});
  }
  module_.summary = summary_at(0);
  outline_.view = &view_;
  outline_.names = &names_;
  const Scope scope;
  while (view_.at(at_).kind != TokenKind::kEnd) {
    read_block(scope);
    if (view_.at(at_).kind == TokenKind::kDedent) ++at_;
  }
  add_practices();
  module_.mentions = mentions_.take();
  return std::move(module_);
}

/// Offsets are asked for almost in order, so that counting from the last one is enough.
std::uint32_t PythonReader::line_of(std::size_t offset) {
  const auto line_ends = [text = text_](std::size_t begin, std::size_t end) {
    std::uint32_t count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (text[i] > '\r') continue;
      if (text[i] == '\n' || (text[i] == '\r' && !text.substr(i + 1).starts_with('\n'))) ++count;
    }
    return count;
  };
  if (offset >= line_offset_) line_ += line_ends(line_offset_, offset);
  if (offset < line_offset_) line_ -= line_ends(offset, line_offset_);
  line_offset_ = offset;
  return line_;
}

void PythonReader::complain(std::size_t token, std::string_view message) {
  if (std::exchange(is_broken_, true)) return;
  module_.problems.push_back(
      {.code = "syntax-error", .message = std::string(message), .line = line_of(view_.at(token).begin)});
}

std::size_t PythonReader::end_of_line(std::size_t from) const {
  std::size_t end = from;
  while (view_.at(end).kind != TokenKind::kNewline && view_.at(end).kind != TokenKind::kEnd) ++end;
  return end;
}

void PythonReader::read_block(const Scope& scope) {
  while (view_.at(at_).kind != TokenKind::kDedent && view_.at(at_).kind != TokenKind::kEnd) {
    read_statement(scope);
  }
}

void PythonReader::read_statement(const Scope& scope) {
  const PythonToken& token = view_.at(at_);
  if (token.kind == TokenKind::kNewline) {
    ++at_;
    return;
  }
  if (token.kind == TokenKind::kIndent) {
    complain(at_, "this line is indented without reason");
    ++at_;
    if (scope.depth >= kDeepestBlock) return skip_block();
    Scope below = scope;
    ++below.depth;
    read_block(below);
    if (view_.at(at_).kind == TokenKind::kDedent) ++at_;
    return;
  }
  if (token.is('@') || token.is(Keyword::kDef) || token.is(Keyword::kClass)) return read_decorated(scope);
  if (token.is(Keyword::kTry)) return read_try(scope);
  if (token.is(Keyword::kIf)) return read_if(scope);
  if (begins_compound(token.keyword)) return read_compound(scope, scope.context);
  if (token.is(Keyword::kAsync)) {
    const Keyword next = view_.at(at_ + 1).keyword;
    if (next == Keyword::kDef) return read_decorated(scope);
    if (next == Keyword::kFor || next == Keyword::kWith) {
      ++at_;
      return read_compound(scope, scope.context);
    }
  }
  if (is_match_statement()) return read_match(scope);
  read_simple_line(scope);
}

void PythonReader::read_decorated(const Scope& scope) {
  std::vector<TokenRange> decorators;
  while (view_.at(at_).is('@')) {
    const std::size_t end = end_of_line(at_);
    decorators.push_back({at_ + 1, end});
    scan(decorators.back(), scope, PythonUseKind::kDecorator);
    at_ = end + (view_.at(end).kind == TokenKind::kNewline ? 1 : 0);
  }
  if (view_.at(at_).is(Keyword::kAsync) && view_.at(at_ + 1).is(Keyword::kDef)) ++at_;
  if (view_.at(at_).is(Keyword::kDef)) return read_function(decorators, scope);
  if (view_.at(at_).is(Keyword::kClass)) return read_class(decorators, scope);
  complain(at_, "a decorator needs a function or a class below it");
}

/// A header with its suite, which runs under the circumstances `below`.
void PythonReader::read_compound(const Scope& scope, PythonContext below) {
  const std::size_t begin = at_;
  const std::size_t line_end = end_of_line(at_);
  const std::size_t colon = view_.find({begin, line_end}, ':');
  if (colon == line_end) {
    complain(begin, "this statement has no `:`");
    return read_simple_line(scope);
  }
  const TokenRange header{begin + 1, colon};
  const Keyword keyword = view_.at(begin).keyword;
  if (keyword == Keyword::kFor) {
    const std::size_t in = view_.find(header, Keyword::kIn);
    bind({header.begin, in}, scope);
    scan({std::min(in + 1, colon), colon}, scope);
  } else {
    if (keyword == Keyword::kExcept) check_except(header);
    const bool names_targets = keyword == Keyword::kWith || keyword == Keyword::kExcept;
    for (std::size_t i = header.begin; names_targets && i < header.end; ++i) {
      if (!view_.at(i).is(Keyword::kAs)) continue;
      const bool is_grouped = opens(view_.at(i + 1));
      std::size_t end = is_grouped ? std::min(view_.closing(i + 1, header.end) + 1, header.end) : i + 1;
      while (!is_grouped && end < header.end && !view_.at(end).is(',') && !view_.at(end).is(')')) ++end;
      bind({i + 1, end}, scope);
    }
    scan(header, scope);
  }
  if (keyword == Keyword::kElif) below.is_conditional = true;
  if (keyword == Keyword::kWith && suppresses_missing_module(header)) below.is_optional = true;
  Scope inner = scope;
  inner.context = below;
  const std::size_t block = begin_block(begin, colon);
  read_suite(colon, line_end, inner);
  end_block(block);
}

bool PythonReader::suppresses_missing_module(TokenRange header) const {
  for (std::size_t i = header.begin; i + 1 < header.end; ++i) {
    if (view_.is_word(i, "suppress") && view_.at(i + 1).is('(')) {
      return catches_missing_module({i, view_.closing(i + 1, header.end)});
    }
  }
  return false;
}

/// An `if` with its `elif`s and its `else`. Of `if TYPE_CHECKING:` the other side always runs.
void PythonReader::read_if(const Scope& scope) {
  const std::size_t begin = at_;
  const TokenRange condition{begin + 1, view_.find({begin, end_of_line(begin)}, ':')};
  const bool is_main = condition.size() == 3 && view_.text(begin + 1) == "__name__" &&
                       view_.string({begin + 3, begin + 4}) == "__main__";
  if (is_main && scope.kind == ScopeKind::kModule) module_.is_script = true;
  PythonContext below = scope.context;
  PythonContext otherwise = scope.context;
  switch (type_checking_of(condition)) {
    case TypeChecking::kYes: below.is_type_checking = true; break;
    case TypeChecking::kNo: otherwise.is_type_checking = true; break;
    case TypeChecking::kUnrelated: below.is_conditional = otherwise.is_conditional = true; break;
  }
  read_compound(scope, below);
  while (view_.at(at_).is(Keyword::kElif)) read_compound(scope, scope.context);
  if (view_.at(at_).is(Keyword::kElse)) read_compound(scope, otherwise);
}

/// Whether a condition holds only for type checkers: `TYPE_CHECKING`, alone or with others by `and`.
PythonReader::TypeChecking PythonReader::type_checking_of(TokenRange condition) const {
  const auto is_constant = [this](TokenRange part) {
    if (part.is_empty() || !view_.at(part.begin).is_name()) return false;
    const std::size_t end = view_.end_of_path(part.begin, part.end);
    if (end != part.end) return false;
    return view_.text(end - 1) == "TYPE_CHECKING" ||
           names_.resolve(view_.path(part)).ends_with(".TYPE_CHECKING");
  };
  if (view_.at(condition.begin).is(Keyword::kNot) && is_constant({condition.begin + 1, condition.end})) {
    return TypeChecking::kNo;
  }
  if (view_.find(condition, Keyword::kOr) != condition.end) return TypeChecking::kUnrelated;
  while (!condition.is_empty()) {
    const std::size_t end = view_.find(condition, Keyword::kAnd);
    if (is_constant({condition.begin, end})) return TypeChecking::kYes;
    condition.begin = end + 1;
  }
  return TypeChecking::kUnrelated;
}

/// `except Error, name:` is Python 2's, while Python 3.14 allows `except Error, OtherError:`.
void PythonReader::check_except(TokenRange header) {
  const std::size_t comma = view_.find(header, ',');
  const bool has_name = comma + 2 == header.end && view_.at(comma + 1).is_name();
  if (has_name &&
      view_.text(comma + 1).find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos) {
    complain(comma, "this is Python 2");
  }
}

bool PythonReader::catches_missing_module(TokenRange header) const {
  if (header.size() == 1) return true;  // a bare `except:`
  for (std::size_t i = header.begin; i < header.end; ++i) {
    const auto name = view_.text(i);
    if (name == "ImportError" || name == "ModuleNotFoundError" || name == "Exception" ||
        name == "BaseException")
      return true;
  }
  return false;
}

/// Does a suite end what it is in by raising, whatever happened? `body` begins behind its colon.
bool PythonReader::always_raises(TokenRange body) const {
  std::size_t depth = 0;
  bool is_start = true;
  for (std::size_t i = body.begin; i < body.end; ++i) {
    const PythonToken& token = view_.at(i);
    if (is_start && depth <= 1 && token.is(Keyword::kRaise)) return true;
    if (token.kind == TokenKind::kIndent) ++depth;
    if (token.kind == TokenKind::kDedent) --depth;
    is_start = token.kind == TokenKind::kNewline || token.kind == TokenKind::kIndent ||
               token.kind == TokenKind::kDedent || token.is(';');
  }
  return false;
}

/// An import in a `try` is optional if the first of the handlers below that catches that the module is
/// missing goes on without it; so is what that handler imports in its stead, and what the `else` does.
void PythonReader::read_try(const Scope& scope) {
  const std::size_t first_import = module_.imports.size();
  std::size_t line_end = end_of_line(at_);
  std::size_t colon = view_.find({at_, line_end}, ':');
  if (colon == line_end) {
    complain(at_, "this statement has no `:`");
    return read_simple_line(scope);
  }
  const std::size_t block = begin_block(at_, colon);
  read_suite(colon, line_end, scope);
  end_block(block);
  const std::size_t last_import = module_.imports.size();
  bool is_caught = false;
  PythonContext otherwise = scope.context;
  while (view_.at(at_).is(Keyword::kExcept)) {
    line_end = end_of_line(at_);
    colon = view_.find({at_, line_end}, ':');
    const bool catches = colon != line_end && catches_missing_module({at_, colon});
    PythonContext handler = scope.context;
    handler.is_optional = handler.is_optional || catches;
    read_compound(scope, handler);
    if (catches && !std::exchange(is_caught, true) && !always_raises({colon + 1, at_})) {
      for (std::size_t i = first_import; i < last_import; ++i) module_.imports[i].context.is_optional = true;
      otherwise.is_optional = true;
    }
  }
  if (view_.at(at_).is(Keyword::kElse)) read_compound(scope, otherwise);
}

/// `match` and `case` are names everywhere else.
bool PythonReader::is_match_statement() const {
  if (!view_.is_word(at_, "match") && !view_.is_word(at_, "case")) return false;
  const std::size_t line_end = end_of_line(at_);
  const PythonToken& next = view_.at(at_ + 1);
  if (next.is('=') || next.is('.') || next.is(':') || next.is(',') || next.is(')')) return false;
  const std::size_t colon = view_.find({at_ + 1, line_end}, ':');
  if (colon >= line_end) return false;
  if (view_.text(at_) == "case") return true;
  return colon + 1 == line_end && view_.at(line_end + 1).kind == TokenKind::kIndent &&
         view_.is_word(line_end + 2, "case");
}

void PythonReader::read_match(const Scope& scope) {
  const std::size_t line_end = end_of_line(at_);
  const std::size_t colon = view_.find({at_ + 1, line_end}, ':');
  const TokenRange header{at_ + 1, colon};
  if (view_.text(at_) == "case" && scope.kind == ScopeKind::kModule) {
    std::vector<std::string_view> names;
    append_captured_names(view_, {header.begin, view_.find(header, Keyword::kIf)}, names);
    for (const std::string_view name : names) {
      bind_name(name, scope, view_.at(at_).begin, PythonSymbolKind::kVariable, {});
    }
  }
  scan(header, scope);
  Scope below = scope;
  below.context.is_conditional = true;
  read_suite(colon, line_end, below);
}

/// What follows the colon of a header: statements on the same line, or a block.
void PythonReader::read_suite(std::size_t colon, std::size_t line_end, const Scope& scope) {
  Scope below = scope;
  ++below.depth;
  if (colon + 1 < line_end) {
    for (const TokenRange statement : view_.split({colon + 1, line_end}, ';')) {
      read_simple_statement(statement, below);
    }
    at_ = line_end + (view_.at(line_end).kind == TokenKind::kNewline ? 1 : 0);
    return;
  }
  at_ = line_end + (view_.at(line_end).kind == TokenKind::kNewline ? 1 : 0);
  if (view_.at(at_).kind != TokenKind::kIndent) {
    complain(at_, "a block is missing before this line");
    return;
  }
  ++at_;
  if (below.depth > kDeepestBlock) return skip_block();
  read_block(below);
  if (view_.at(at_).kind == TokenKind::kDedent) ++at_;
}

void PythonReader::skip_block() {
  complain(at_, "blocks are nested too deep here");
  for (std::size_t depth = 1; depth > 0 && view_.at(at_).kind != TokenKind::kEnd; ++at_) {
    if (view_.at(at_).kind == TokenKind::kIndent) ++depth;
    if (view_.at(at_).kind == TokenKind::kDedent) --depth;
  }
}

void PythonReader::read_simple_line(const Scope& scope) {
  const std::size_t end = end_of_line(at_);
  for (const TokenRange statement : view_.split({at_, end}, ';')) read_simple_statement(statement, scope);
  at_ = end + (view_.at(end).kind == TokenKind::kNewline ? 1 : 0);
}

void PythonReader::read_simple_statement(TokenRange range, const Scope& scope) {
  if (range.is_empty()) return;
  const PythonToken& first = view_.at(range.begin);
  if (first.is(Keyword::kImport)) return read_import(range, scope);
  if (first.is(Keyword::kFrom)) return read_import_from(range, scope);
  if (first.kind == TokenKind::kString && range.size() == 1) return;
  const bool is_type_alias = view_.is_word(range.begin, "type") && view_.at(range.begin + 1).is_name();
  if (is_type_alias) {
    bind({range.begin + 1, range.begin + 2}, scope);
    return;
  }
  if (candidate_ && scope.function_depth == 1 && first.is(Keyword::kReturn) && range.size() == 2) {
    candidate_->returned.emplace_back(view_.text(range.begin + 1));
  }
  if (first.is(Keyword::kRaise) && view_.find(range, ',') != range.end)
    complain(range.begin, "this is Python 2");
  if (first.is_name() || first.is('(') || first.is('[') || first.is('*')) read_assignment(range, scope);
  check_operands(range);
  scan(range, scope);
}

}  // namespace mlx
