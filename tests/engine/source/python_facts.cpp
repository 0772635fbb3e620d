#include "tests/engine/source/python_facts.h"

#include "engine/source/python_tokens.h"

namespace mlx::test {
namespace {

std::string words_of(const PythonContext& context) {
  std::string words;
  if (context.is_type_checking) words += " checking";
  if (context.is_optional) words += " optional";
  if (context.is_deferred) words += " deferred";
  if (context.is_conditional) words += " conditional";
  return words;
}

}  // namespace

Lines imports_of(std::string_view text) {
  Lines lines;
  for (const PythonImport& import : read_python_module(text).imports) {
    const std::string module = std::string(import.level, '.') + import.module;
    std::string line = (import.is_dynamic ? "dynamic " : import.name.empty() ? "import " : "from ") + module;
    if (!import.name.empty()) line += " import " + import.name;
    if (!import.alias.empty()) line += " as " + import.alias;
    if (!import.is_top_level && !import.is_dynamic) line += " inner";
    lines.push_back(line + words_of(import.context));
  }
  return lines;
}

Lines symbols_of(std::string_view text) {
  Lines lines;
  for (const PythonSymbol& symbol : read_python_module(text).symbols) {
    switch (symbol.kind) {
      case PythonSymbolKind::kFunction: lines.push_back("function " + symbol.name + symbol.signature); break;
      case PythonSymbolKind::kClass: lines.push_back("class " + symbol.name + symbol.signature); break;
      case PythonSymbolKind::kMethod: lines.push_back("method " + symbol.name + symbol.signature); break;
      case PythonSymbolKind::kVariable:
        lines.push_back("variable " + symbol.name + (symbol.signature.empty() ? "" : " ") + symbol.signature);
        break;
    }
  }
  return lines;
}

Lines names_of(std::string_view text) {
  Lines names;
  for (const PythonSymbol& symbol : read_python_module(text).symbols) {
    if (symbol.kind != PythonSymbolKind::kMethod) names.push_back(symbol.name);
  }
  return names;
}

Lines environment_of(std::string_view text) {
  Lines lines;
  for (const EnvironmentRead& read : read_python_module(text).environment) {
    std::string line = read.name + (read.is_required ? "!" : "");
    if (read.fallback) line += "=" + *read.fallback;
    lines.push_back(line + words_of(read.context));
  }
  return lines;
}

Lines routes_of(std::string_view text) {
  Lines lines;
  for (const PythonRoute& route : read_python_module(text).routes) {
    std::string line;
    for (const std::string& method : route.methods) line += (line.empty() ? "" : ",") + method;
    line += " " + route.path + " -> " + route.handler;
    if (!route.router.empty()) line += " on " + route.router;
    lines.push_back(line);
  }
  return lines;
}

Lines inclusions_of(std::string_view text) {
  Lines lines;
  for (const PythonInclusion& inclusion : read_python_module(text).inclusions) {
    lines.push_back(inclusion.into + " <- " + inclusion.router +
                    (inclusion.prefix.empty() ? "" : " at " + inclusion.prefix) +
                    (inclusion.is_prefix_known ? "" : " at ?"));
  }
  return lines;
}

Lines registrations_of(std::string_view text) {
  Lines lines;
  for (const PythonRegistration& registration : read_python_module(text).registrations) {
    std::string line = (registration.is_decorator ? "@" : "") + registration.registry + ":";
    for (const std::string& name : registration.names) line += " " + name;
    lines.push_back(line + " of " + std::to_string(registration.argument_count));
  }
  return lines;
}

Lines listeners_of(std::string_view text) {
  Lines lines;
  for (const PythonListener& listener : read_python_module(text).listeners) {
    const std::string what = listener.is_background ? "metrics" : listener.application;
    lines.push_back(what + " on " + listener.port + words_of(listener.context));
  }
  return lines;
}

Lines uses_of(std::string_view text) {
  Lines lines;
  for (const PythonUse& use : read_python_module(text).uses) {
    std::string line = (use.kind == PythonUseKind::kDecorator ? "@" : "") + use.name;
    std::string keywords;
    for (const std::string& keyword : use.keywords) keywords += (keywords.empty() ? "" : ",") + keyword;
    if (use.kind == PythonUseKind::kCall || !keywords.empty()) line += "(" + keywords + ")";
    if (!use.function.empty()) line += " in " + use.function;
    if (use.is_in_async) line += " async";
    if (use.is_awaited) line += " awaited";
    lines.push_back(line);
  }
  return lines;
}

Lines practices_of(std::string_view text) {
  Lines lines;
  for (const PythonPractice& practice : read_python_module(text).practices) {
    std::string line;
    switch (practice.kind) {
      case PracticeKind::kRetryLoop: line = "retry"; break;
      case PracticeKind::kCache: line = "cache"; break;
      case PracticeKind::kRateLimit: line = "limit"; break;
      case PracticeKind::kEnvironmentParsing: line = "environment"; break;
      case PracticeKind::kModelLoading: line = "model"; break;
      case PracticeKind::kCsvValidation: line = "csv"; break;
      case PracticeKind::kApplicationFactory: line = "application"; break;
      case PracticeKind::kRegistry: line = "registry"; break;
      case PracticeKind::kLiteralSecret: line = "secret"; break;
    }
    lines.push_back(line + " " + practice.symbol + " " + std::to_string(practice.line) + "-" +
                    std::to_string(practice.end_line));
  }
  return lines;
}

Lines problems_of(std::string_view text) {
  Lines lines;
  for (const SourceProblem& problem : read_python_module(text).problems) {
    lines.push_back(problem.code + " at " + std::to_string(problem.line));
  }
  return lines;
}

std::string tokens_of(std::string_view text) {
  std::string line;
  for (const PythonToken& token : tokenize_python(text).tokens) {
    if (!line.empty()) line += ' ';
    switch (token.kind) {
      case TokenKind::kNewline: line += "NL"; break;
      case TokenKind::kIndent: line += "IN"; break;
      case TokenKind::kDedent: line += "DE"; break;
      case TokenKind::kEnd: line += "END"; break;
      default:
        line += token.begin == token.end ? std::string(1, token.operation)
                                         : std::string(text.substr(token.begin, token.end - token.begin));
    }
  }
  return line;
}

}  // namespace mlx::test
