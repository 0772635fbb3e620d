// Any text is a file of rules: what is not between markers stays, doing it again changes nothing, and taking
// all sections out leaves none:
//   build/fuzz/rules_fuzz -max_len=4096 -max_total_time=300 CORPUS
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan/rules/rules_file.h"

namespace {

using mlx::GeneratedSection;

/// What is outside of the sections.
std::string outside(std::string_view text) {
  std::string rest;
  std::size_t begin = 0;
  const auto sections = mlx::find_marked_sections(text, "f");
  if (!sections) std::abort();
  for (const mlx::MarkedSection& section : *sections) {
    rest += text.substr(begin, section.span.begin - begin);
    begin = section.span.end;
  }
  return rest + std::string(text.substr(begin));
}

/// Blank lines come and go with sections, and so does front matter that was generated.
std::string without_blanks(std::string_view text) {
  std::string rest;
  for (const char c : text) {
    if (c != '\n' && c != '\r') rest += c;
  }
  return rest;
}

void check_update(const std::string& text, const std::vector<GeneratedSection>& wanted) {
  const mlx::RulesFile made = mlx::update_rules_file(text, "f", wanted, true);
  if (!made.findings.empty()) {
    if (made.text != text) std::abort();
    return;
  }
  if (made.text.empty() && wanted.empty()) return;
  const auto sections = mlx::find_marked_sections(made.text, "f");
  if (!sections || sections->size() != wanted.size()) std::abort();
  if (without_blanks(outside(made.text)) != without_blanks(outside(text))) std::abort();
  if (mlx::update_rules_file(made.text, "f", wanted, false).text != made.text) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const GeneratedSection a{.name = "a", .body = "A\n", .front = ""};
  const GeneratedSection b{.name = "b", .body = "B\n", .front = ""};
  check_update(text, {});
  check_update(text, {a});
  check_update(text, {a, b});
  const mlx::RulesFile made = mlx::update_rules_file(text, "f", {a, b}, true);
  check_update(made.text, {b});
  check_update(made.text, {});
  return 0;
}
