#include <array>

#include "engine/source/python_lexer.h"

namespace mlx {
namespace {

struct NamedKeyword {
  std::string_view name;
  Keyword keyword;
};

// By length, from 2 to 8; no word of another length is a keyword.
constexpr std::array kKeywords = {NamedKeyword{"as", Keyword::kAs},
                                  NamedKeyword{"if", Keyword::kIf},
                                  NamedKeyword{"in", Keyword::kIn},
                                  NamedKeyword{"is", Keyword::kIs},
                                  NamedKeyword{"or", Keyword::kOr},
                                  NamedKeyword{"and", Keyword::kAnd},
                                  NamedKeyword{"def", Keyword::kDef},
                                  NamedKeyword{"del", Keyword::kDel},
                                  NamedKeyword{"for", Keyword::kFor},
                                  NamedKeyword{"not", Keyword::kNot},
                                  NamedKeyword{"try", Keyword::kTry},
                                  NamedKeyword{"None", Keyword::kConstant},
                                  NamedKeyword{"True", Keyword::kConstant},
                                  NamedKeyword{"elif", Keyword::kElif},
                                  NamedKeyword{"else", Keyword::kElse},
                                  NamedKeyword{"from", Keyword::kFrom},
                                  NamedKeyword{"pass", Keyword::kPass},
                                  NamedKeyword{"with", Keyword::kWith},
                                  NamedKeyword{"False", Keyword::kConstant},
                                  NamedKeyword{"async", Keyword::kAsync},
                                  NamedKeyword{"await", Keyword::kAwait},
                                  NamedKeyword{"break", Keyword::kBreak},
                                  NamedKeyword{"class", Keyword::kClass},
                                  NamedKeyword{"raise", Keyword::kRaise},
                                  NamedKeyword{"while", Keyword::kWhile},
                                  NamedKeyword{"yield", Keyword::kYield},
                                  NamedKeyword{"assert", Keyword::kAssert},
                                  NamedKeyword{"except", Keyword::kExcept},
                                  NamedKeyword{"global", Keyword::kGlobal},
                                  NamedKeyword{"import", Keyword::kImport},
                                  NamedKeyword{"lambda", Keyword::kLambda},
                                  NamedKeyword{"return", Keyword::kReturn},
                                  NamedKeyword{"finally", Keyword::kFinally},
                                  NamedKeyword{"continue", Keyword::kContinue},
                                  NamedKeyword{"nonlocal", Keyword::kNonlocal}};
constexpr std::array<std::uint8_t, 10> kFirstOfLength = {0, 0, 0, 5, 11, 18, 26, 32, 33, 35};

}  // namespace

Keyword keyword_of(std::string_view word) {
  if (word.size() < 2 || word.size() > 8) return Keyword::kNone;
  for (std::size_t i = kFirstOfLength.at(word.size()); i < kFirstOfLength.at(word.size() + 1); ++i) {
    if (kKeywords[i].name == word) return kKeywords[i].keyword;
  }
  return Keyword::kNone;
}

bool begins_statement_only(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAssert:
    case Keyword::kBreak:
    case Keyword::kClass:
    case Keyword::kContinue:
    case Keyword::kDef:
    case Keyword::kDel:
    case Keyword::kGlobal:
    case Keyword::kImport:
    case Keyword::kNonlocal:
    case Keyword::kPass:
    case Keyword::kRaise:
    case Keyword::kReturn:
    case Keyword::kTry:
    case Keyword::kWhile:
    case Keyword::kWith: return true;
    default: return false;
  }
}

}  // namespace mlx
