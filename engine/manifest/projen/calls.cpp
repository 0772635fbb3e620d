#include "engine/manifest/projen/calls.h"

#include <algorithm>

#include "engine/base/text_lines.h"

namespace mlx {
namespace {

constexpr std::string_view kComponentMethod = "add_mlx_component";

bool declares(const ProjenCall& call, std::string_view name) {
  return call.method == kComponentMethod && !call.arguments.empty() && call.arguments.front() == name;
}

}  // namespace

std::string python_string(std::string_view value, char quote) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(1, quote);
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      text += {'\\', c};
    } else if (byte < 0x20 || byte == 0x7F) {
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xFU]};
    } else {
      text += c;
    }
  }
  return text + quote;
}

TextEdit insert_call(const ProjenProgram& program, std::string_view method, std::string_view argument) {
  std::size_t offset = program.end;
  for (const ProjenCall& call : program.calls) {
    if (call.method != method || !call.is_statement || call.span.end > program.end) continue;
    const std::size_t end = end_of_line(program.text, call.span.end);
    offset = end + size_of_line_end(program.text, end);
  }
  return insertion(offset, program.variable + "." + std::string(method) + "(" + python_string(argument) +
                               ")" + std::string(line_end(program.text)));
}

bool declares_components(const ProjenProgram& program) { return program.class_name == "MLXProject"; }

Result<std::string> add_projen_component(const ProjenProgram& program, std::string_view name) {
  const bool is_there =
      std::ranges::any_of(program.calls, [name](const ProjenCall& call) { return declares(call, name); });
  if (is_there) return program.text;
  return apply_edits(program.text, {insert_call(program, kComponentMethod, name)});
}

Result<std::string> remove_projen_component(const ProjenProgram& program, std::string_view name) {
  std::vector<TextEdit> edits;
  for (const ProjenCall& call : program.calls) {
    const bool says_more = call.has_keywords || call.arguments.size() != 1;
    if (declares(call, name) && call.is_statement && !says_more)
      edits.push_back(remove_lines(program.text, call.span));
  }
  return apply_edits(program.text, std::move(edits));
}

}  // namespace mlx
