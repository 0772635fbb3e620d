#include "bot/core/render_differences.h"

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kLongestDiff = 10'000;  // of one component, one way
constexpr std::size_t kLongestAnswer = 30'000;

/// A diff that is cut at the end of a line.
std::string capped_diff(const std::vector<FileDifference>& differences) {
  const std::string diff = unified_diff(differences);
  if (diff.size() <= kLongestDiff) return code_block(diff, "diff");
  std::string_view kept = utf8_prefix(diff, kLongestDiff);
  kept = kept.substr(0, kept.rfind('\n') + 1);
  return code_block(kept, "diff") + "\n`mlx diff` on your machine shows the rest.\n";
}

std::string folded(const std::string& summary, const std::vector<FileDifference>& differences) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", summary,
                     capped_diff(differences));
}

std::string render_yours(const ComponentDifference& component) {
  std::string text =
      component.yours.empty()
          ? std::string("Nothing of it is changed here.\n\n")
          : folded("What you made of it: " + counted(component.yours.size(), "file"), component.yours);
  for (const std::string& path : component.without_base)
    text += fmt::format("- {}: nobody knows any more what it was, so your changes cannot be shown\n",
                        code_span(path));
  return text;
}

std::string render_upstream(const ComponentDifference& component) {
  if (!component.latest) return "The registry does not have it any more.\n\n";
  if (*component.latest == component.version) return "This is the newest version.\n\n";
  const std::string latest = to_string(*component.latest);
  if (component.upstream.empty())
    return fmt::format("{} has the same files, or the old version cannot be had.\n\n", code_span(latest));
  return folded(
      fmt::format("What is new in {}: {}", neutralised(latest), counted(component.upstream.size(), "file")),
      component.upstream);
}

std::string render_difference(const ComponentDifference& component) {
  return fmt::format("**{} {}**\n\n", code_span(component.name), neutralised(to_string(component.version))) +
         render_yours(component) + render_upstream(component);
}

}  // namespace

std::string render_differences(const std::vector<ComponentDifference>& differences) {
  if (differences.empty()) return "No component is here yet: `/mlx list` shows what can be added.\n";
  CappedText text(kLongestAnswer);
  for (const ComponentDifference& component : differences) text.add(render_difference(component));
  if (text.left_out() == 0) return text.text();
  return text.text() + fmt::format("… and {}: name those that you want to see.\n",
                                   counted(text.left_out(), "more component"));
}

}  // namespace mlx::bot
