// What comes from outside and is converted by hand: variables, models, tables; and web applications.

#include <algorithm>
#include <set>

#include "engine/source/python_practices.h"

namespace mlx {
namespace {

constexpr std::size_t kFewVariables = 3;
constexpr std::size_t kFewConversions = 2;

bool is_variable_read(const PythonUse& use) {
  return (use.kind == PythonUseKind::kCall && (use.name == "os.getenv" || use.name == "os.environ.get")) ||
         use.name == "os.environ";
}

/// The tokens of the expression at `begin` that reads a variable: with its brackets, and what is called on
/// it.
std::size_t end_of_read(const PythonTokenView& view, std::size_t begin) {
  std::size_t end = view.end_of_path(begin, begin + 100);
  if (opens(view.at(end))) end = view.closing(end, end + 1000) + 1;
  return end;
}

enum class Conversion : std::uint8_t { kNone, kComparison, kCast };

/// `int(os.environ["X"])`, `os.getenv("X").split(",")`; or `os.getenv("X") == "1"`, `… in ("1", "true")`,
/// which may just as well be a question about a terminal.
Conversion conversion_at(const PythonTokenView& view, std::size_t begin) {
  static const std::set<std::string_view> converters = {
      "int", "float", "bool", "Path", "loads", "Decimal", "timedelta", "literal_eval", "strtobool"};
  static const std::set<std::string_view> methods = {"lower", "upper", "strip", "casefold"};
  const bool is_argument = begin >= 2 && view.at(begin - 1).is('(');
  if (is_argument && converters.contains(view.text(begin - 2))) return Conversion::kCast;
  const std::size_t end = end_of_read(view, begin);
  const std::string_view method = view.at(end).is('.') ? view.text(end + 1) : std::string_view();
  if (method == "split") return Conversion::kCast;
  const bool is_compared = view.at(end).is(kComparison) || view.at(end).is(Keyword::kIn);
  return is_compared || methods.contains(method) ? Conversion::kComparison : Conversion::kNone;
}

struct Reads {
  std::size_t count = 0;
  std::size_t conversions = 0;
  std::size_t casts = 0;
  TokenRange range;
};

bool has_settings_class(const PythonModule& module) {
  return std::ranges::any_of(module.classes, [](const PythonClass& described) {
    return std::ranges::any_of(described.bases,
                               [](const std::string& base) { return base.ends_with("BaseSettings"); });
  });
}

bool is_model_word(std::string_view text) {
  return contains_any(text, {"model", "estimator", "classifier", "regressor", "checkpoint", "ckpt", "weights",
                             "predictor", "scaler", "vectorizer"});
}

/// The statement around a token: from the line's first token to its last.
TokenRange statement_at(const PythonTokenView& view, std::size_t token) {
  const auto is_end = [&](std::size_t i) {
    const TokenKind kind = view.at(i).kind;
    return kind == TokenKind::kNewline || kind == TokenKind::kIndent || kind == TokenKind::kDedent ||
           kind == TokenKind::kEnd;
  };
  TokenRange range{token, token};
  while (range.begin > 0 && !is_end(range.begin - 1)) --range.begin;
  while (!is_end(range.end)) ++range.end;
  return range;
}

bool speaks_of_model(const PythonOutline& outline, TokenRange range) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const TokenKind kind = outline.view->at(i).kind;
    const bool is_text = kind == TokenKind::kName || kind == TokenKind::kString;
    if (is_text && is_model_word(outline.view->text(i))) return true;
  }
  return false;
}

bool reads_table(const PythonUse& use) {
  static const std::set<std::string_view> readers = {"pandas.read_csv", "csv.DictReader", "csv.reader",
                                                     "polars.read_csv", "pandas.read_table"};
  return readers.contains(use.name);
}

/// Are the columns compared with those that are expected, and is it an error if they differ?
bool checks_columns(const PythonOutline& outline, TokenRange body) {
  const bool names_columns = outline.has_word(body, "columns") || outline.has_word(body, "fieldnames");
  return names_columns && outline.has_keyword(body, Keyword::kRaise) &&
         outline.has_name_with(body, {"missing", "required", "expected", "unexpected", "schema"});
}

}  // namespace

void find_environment_parsing(const PythonOutline& outline, const PythonModule& module,
                              FoundPractices& found) {
  if (module.environment.size() < kFewVariables || has_settings_class(module)) return;
  std::vector<std::pair<std::size_t, Reads>> by_function;
  for (std::size_t i = 0; i < module.uses.size(); ++i) {
    if (!is_variable_read(module.uses[i])) continue;
    const std::size_t token = outline.use_tokens[i];
    const std::size_t function = outline.function_at(token);
    auto place = std::ranges::find(by_function, function, &std::pair<std::size_t, Reads>::first);
    if (place == by_function.end()) {
      by_function.emplace_back(function,
                               Reads{.count = 0, .conversions = 0, .casts = 0, .range = {token, token + 1}});
      place = by_function.end() - 1;
    }
    ++place->second.count;
    place->second.range.end = token + 1;
    const Conversion conversion = conversion_at(*outline.view, token);
    if (conversion != Conversion::kNone) ++place->second.conversions;
    if (conversion == Conversion::kCast) ++place->second.casts;
  }
  for (const auto& [function, reads] : by_function) {
    if (reads.count < kFewVariables || reads.conversions < kFewConversions || reads.casts == 0) continue;
    found.push_back({.kind = PracticeKind::kEnvironmentParsing,
                     .range = reads.range,
                     .symbol = outline.qualified_name(function),
                     .detail = std::to_string(reads.count) + " environment variables, " +
                               std::to_string(reads.conversions) + " of them converted by hand"});
  }
}

void find_model_loading(const PythonOutline& outline, const PythonModule& module, FoundPractices& found) {
  static const std::set<std::string_view> loaders = {
      "pickle.load", "pickle.loads", "cloudpickle.load", "cloudpickle.loads",
      "dill.load",   "torch.load",   "joblib.load",      "sklearn.externals.joblib.load"};
  for (std::size_t i = 0; i < module.uses.size(); ++i) {
    const PythonUse& use = module.uses[i];
    if (use.kind != PythonUseKind::kCall || !loaders.contains(use.name)) continue;
    const std::size_t token = outline.use_tokens[i];
    const std::size_t function = outline.function_at(token);
    const TokenRange statement = statement_at(*outline.view, token);
    const bool is_named_so = function != PythonBlock::kNone && is_model_word(outline.name(function));
    if (!is_named_so && !speaks_of_model(outline, statement)) continue;
    found.push_back({.kind = PracticeKind::kModelLoading,
                     .range = statement,
                     .symbol = outline.qualified_name(function),
                     .detail = "a model loaded by " + use.name});
  }
}

void find_csv_validation(const PythonOutline& outline, const PythonModule& module, FoundPractices& found) {
  if (std::ranges::none_of(module.uses, reads_table)) return;
  for (std::size_t i = 0; i < outline.blocks.size(); ++i) {
    const PythonBlock& block = outline.blocks[i];
    if (block.keyword != Keyword::kDef || !checks_columns(outline, block.body)) continue;
    if (outline.nearest(block.parent, Keyword::kDef) != PythonBlock::kNone) continue;
    found.push_back({.kind = PracticeKind::kCsvValidation,
                     .range = {block.header.begin, block.body.end},
                     .symbol = outline.qualified_name(i),
                     .detail = "the columns of a table checked by hand"});
  }
}

void find_application_factories(const PythonOutline& outline, const PythonModule& module,
                                FoundPractices& found) {
  for (std::size_t i = 0; i < module.uses.size(); ++i) {
    const PythonUse& use = module.uses[i];
    if (use.kind != PythonUseKind::kCall || !is_application_type(use.name)) continue;
    const std::size_t token = outline.use_tokens[i];
    const auto router = std::ranges::find_if(module.routers, [&](const PythonRouter& made) {
      return made.type == use.name && made.function == use.function;
    });
    if (router == module.routers.end()) continue;
    // A path for everything, and other applications that are mounted, are those of a proxy or of metrics.
    const bool has_routes =
        std::ranges::any_of(module.routes,
                            [&](const PythonRoute& route) {
                              return route.router == router->variable && !route.path.ends_with(":path}");
                            }) ||
        std::ranges::any_of(module.inclusions, [&](const PythonInclusion& inclusion) {
          return inclusion.into == router->variable && inclusion.router.find('(') == std::string::npos;
        });
    if (!has_routes) continue;
    const std::size_t function = outline.function_at(token);
    const bool is_top = function == PythonBlock::kNone;
    found.push_back({.kind = PracticeKind::kApplicationFactory,
                     .range = is_top ? statement_at(*outline.view, token)
                                     : TokenRange{outline.blocks[function].header.begin,
                                                  outline.blocks[function].body.end},
                     .symbol = outline.qualified_name(function),
                     .detail = use.name + " made with its routes"});
  }
}

}  // namespace mlx
