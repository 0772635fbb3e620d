#include "action/github/workflow_commands.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace mlx::action::github {
namespace {

using Level = bot::CheckAnnotation::Level;

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    const bool is_special = c == '%' || c == '\r' || c == '\n' || special.contains(c);
    result += is_special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return result;
}

std::string escaped_message(std::string_view text) { return escaped(text, ""); }
std::string escaped_property(std::string_view text) { return escaped(text, ":,"); }

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kNotice: return "notice";
    case Level::kWarning: return "warning";
    case Level::kFailure: return "error";
  }
  return "notice";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string logged_line(std::string_view line) {
  std::string text;
  for (const char c : line) text += is_control(c) && c != '\t' ? ' ' : c;
  // A backslash before what begins a command, today's form at the head of a line and the old one anywhere.
  // The runner passes over white space of every script, and over what has no width.
  const auto begin = text.find("::");
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (begin != std::string::npos && std::ranges::none_of(text.substr(0, begin), is_visible))
    text.insert(begin, "\\");
  for (auto at = text.find("##["); at != std::string::npos; at = text.find("##[", at + 4))
    text.insert(at + 2, "\\");
  return text;
}

}  // namespace

std::string annotation_command(const bot::CheckAnnotation& annotation) {
  std::string text =
      fmt::format("::{} file={},line={},endLine={}", name_of(annotation.level),
                  escaped_property(annotation.path.str()), annotation.first_line, annotation.last_line);
  if (!annotation.title.empty()) text += ",title=" + escaped_property(annotation.title);
  return text + "::" + escaped_message(annotation.message) + "\n";
}

std::string error_command(std::string_view message) { return "::error::" + escaped_message(message) + "\n"; }

std::string mask_command(std::string_view secret) { return "::add-mask::" + escaped_message(secret) + "\n"; }

std::string annotation_commands(std::vector<bot::CheckAnnotation> annotations) {
  std::ranges::stable_sort(annotations, std::greater(), &bot::CheckAnnotation::level);
  std::map<Level, std::size_t> shown;
  std::size_t left_out = 0;
  std::string text;
  for (const bot::CheckAnnotation& annotation : annotations) {
    // One notice is kept for the count.
    const std::size_t room = annotation.level == Level::kNotice ? kShownAnnotations - 1 : kShownAnnotations;
    if (++shown[annotation.level] <= room) {
      text += annotation_command(annotation);
    } else {
      ++left_out;
    }
  }
  if (left_out == 0) return text;
  const std::string_view verb = left_out == 1 ? "is" : "are";
  return text + fmt::format("::notice::{} more {} in the job's summary\n", left_out, verb);
}

std::string logged(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    // The runner also takes a carriage return for the end of a line.
    const auto end = std::min(text.find('\n'), text.size());
    result += logged_line(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace mlx::action::github
