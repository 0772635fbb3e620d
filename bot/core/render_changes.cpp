#include "bot/core/render_changes.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

// So that each part leaves a place for what follows it.
constexpr std::size_t kLongestTable = 16'000;
constexpr std::size_t kLongestLists = 24'000;
constexpr std::size_t kLongestFindings = 16'000;
constexpr std::size_t kLongestSpan = 300;
constexpr std::size_t kShortList = 8;

/// A signature may be as long as its author likes.
std::string short_span(std::string_view text) {
  if (text.size() <= kLongestSpan) return code_span(text);
  return code_span(std::string(utf8_prefix(text, kLongestSpan)) + "…");
}

const RaisedVersion* raised_of(const PlatformReview& review, const std::string& name) {
  const auto found = std::ranges::find(review.raised, name, &RaisedVersion::component);
  return found == review.raised.end() ? nullptr : &*found;
}

std::string what_changes(const ReviewedComponent& component) {
  if (!component.before) return "new: " + counted(component.file_count, "file");
  if (!component.after) return "removed";
  const bool is_version_only = component.changes.list.empty() && component.before != component.after;
  return is_version_only ? "its version" : summary_of(component.changes);
}

/// `1.0.0 → 1.1.0`: what the platform says, else what follows by semver.
std::string version_cell(const ReviewedComponent& component, const RaisedVersion* raised) {
  if (!component.before) return component.after ? to_string(*component.after) : std::string();
  if (!component.after) return to_string(*component.before) + " → none";
  const Version& next = component.changes.next_version;
  const bool is_chosen = *component.after != *component.before;
  const Version target = raised != nullptr ? raised->to : is_chosen ? *component.after : next;
  std::string cell = fmt::format("{} → **{}**", to_string(*component.before), to_string(target));
  if (target < next) cell += fmt::format("; by semver at least **{}**", to_string(next));
  return cell;
}

std::string render_table(const PlatformReview& review) {
  std::string text = "| component | what changes | version |\n|---|---|---|\n";
  for (std::size_t i = 0; i < review.components.size(); ++i) {
    if (text.size() > kLongestTable) {
      return text + fmt::format("\n… and {} that are left out of this comment.\n",
                                counted(review.components.size() - i, "more component"));
    }
    const ReviewedComponent& component = review.components[i];
    text +=
        fmt::format("| {} | {}{} | {} |\n", code_cell(component.name), component.breaks_users() ? "⚠️ " : "",
                    what_changes(component), version_cell(component, raised_of(review, component.name)));
  }
  return text;
}

std::string render_change(const ComponentChange& change) {
  std::string text = fmt::format("- {}{} {} {}", change.breaks_users ? "⚠️ " : "", to_string(change.subject),
                                 short_span(change.name), to_string(change.kind));
  if (!change.detail.empty()) text += ": " + short_span(change.detail);
  return text + "\n";
}

/// Those that break users first; as many as there is room for.
std::string render_list(const ReviewedComponent& component, std::size_t room) {
  auto changes = component.changes.list;
  std::ranges::stable_sort(changes, std::greater{}, &ComponentChange::breaks_users);
  std::string list;
  std::size_t shown = 0;
  for (const ComponentChange& change : changes) {
    std::string line = render_change(change);
    if (list.size() + line.size() > room) break;
    list += line;
    ++shown;
  }
  if (shown < changes.size()) {
    list += fmt::format("- … and {} that are left out of this comment\n",
                        counted(changes.size() - shown, "more change"));
  }
  std::string text = "\n#### " + code_span(component.name) + "\n\n";
  if (changes.size() <= kShortList) return text + list;
  return text + fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n",
                            counted(changes.size(), "change"), list);
}

std::string render_lists(const PlatformReview& review) {
  std::string text;
  std::size_t left_out = 0;
  for (const ReviewedComponent& component : review.components) {
    if (component.changes.list.empty()) continue;
    if (text.size() >= kLongestLists) {
      ++left_out;
    } else {
      text += render_list(component, kLongestLists - text.size());
    }
  }
  if (left_out > 0) {
    text += fmt::format("\nThe changes of {} are left out of this comment.\n",
                        counted(left_out, "more component"));
  }
  return text;
}

std::string render_some_findings(const std::vector<Finding>& findings) {
  std::string text = render_findings(findings);
  if (text.size() <= kLongestFindings) return text;
  const auto end = text.rfind('\n', kLongestFindings);
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text + "- … and more, which `mlx extract --check` shows\n";
}

std::string render_raised(const std::vector<RaisedVersion>& raised) {
  std::string text;
  for (const RaisedVersion& version : raised) {
    if (text.size() > kLongestFindings) return text + "- … and more\n";
    text += fmt::format("- {} {} → {}: {}\n", code_span(version.component), to_string(version.from),
                        to_string(version.to), version.reason);
  }
  return text;
}

std::string render_catalogue(const PlatformReview& review, bool is_from_fork) {
  switch (review.catalogue) {
    case PlatformReview::Catalogue::kCurrent: return "The catalogue is what the source says.\n";
    case PlatformReview::Catalogue::kOutdated: break;
    case PlatformReview::Catalogue::kBlocked:
      return "The catalogue is not what the source says, and something is in the way of bringing it up to "
             "date:\n\n" +
             render_some_findings(review.findings);
  }
  std::string text = "The catalogue is not what the source says. ";
  text += is_from_fork
              ? "I cannot push to a fork: run `mlx extract --bump` there, and push what it changes.\n"
              : "To bring it up to date on this branch, write a comment with the line\n\n"
                "```\n/mlx extract\n```\n";
  if (!review.raised.empty()) {
    text +=
        "\nThat also gives new versions to what was published already:\n\n" + render_raised(review.raised);
  }
  return text;
}

}  // namespace

std::string render_changes(const PlatformReview& review, const ReviewedHead& head) {
  std::string text = std::string(kChangesMarker) + "\n";
  if (review.unreadable) {
    text += "The components of this pull request cannot be read";
    if (const std::string where = to_string(review.unreadable->location); !where.empty())
      text += ", because of " + code_span(where);
    text += ": " + sentence(review.unreadable->message) + "\n";
  } else if (!review.is_worth_saying()) {
    text += "This pull request changes no component.\n";
  } else {
    if (review.components.empty()) {
      text += "This pull request changes no component, but the catalogue.\n\n";
    } else {
      text += "### Components that this pull request changes\n\n" + render_table(review);
      const bool breaks = std::ranges::any_of(review.components, &ReviewedComponent::breaks_users);
      if (breaks) text += "\n⚠️ breaks those who use it.\n";
      text += render_lists(review) + "\n### Catalogue\n\n";
    }
    text += render_catalogue(review, head.is_from_fork);
  }
  text += "\nAs of " + code_span(std::string_view(head.sha).substr(0, 10)) + ".\n";
  return shortened(std::move(text), "This comment");
}

std::string render_no_pull_request() {
  return "This is an issue. `/mlx extract` brings the catalogue on the branch of a pull request up to date: "
         "write it there. Nothing was changed.\n";
}

std::string render_closed_pull_request() {
  return "This pull request is closed. Open it again, or write the command on another one. Nothing was "
         "changed.\n";
}

std::string render_branch_in_fork(std::string_view branch) {
  return fmt::format(
      "The branch {} is in a fork, where I cannot push. Whoever owns it can run\n\n```\nmlx extract "
      "--bump\n```\n\nand push what it changes. Nothing was changed.\n",
      code_span(branch));
}

std::string render_no_platform() {
  return "This repository is no platform: there are no `[components]` in its `mlx.toml` or pyproject.toml's "
         "`[tool.mlx]`, or no directory `mlx-components` at its top. Configure the components, run `mlx "
         "extract` once, and commit what it writes. Nothing was changed.\n";
}

std::string render_blocked_catalogue(const ChangePlan& plan) {
  return "Nothing was changed, because something is in the way:\n\n" + render_some_findings(plan.findings);
}

std::string render_current_catalogue() {
  return "There is nothing to do: the catalogue is what the source says.\n";
}

std::string render_catalogue_commit(const ExtractionPlan& plan) {
  std::string text = "Bring the component catalogue up to date\n";
  if (!plan.raised.empty()) text += "\n";
  for (const RaisedVersion& version : plan.raised) {
    text += fmt::format("- {} {} becomes {}: {}\n", version.component, to_string(version.from),
                        to_string(version.to), version.reason);
  }
  return text;
}

std::string render_catalogue_proposal(const Amendment& amendment) {
  std::string text =
      "The source says something else than the catalogue in `" + std::string(kCatalogueDirectory) +
      "/`, which this brings up to date: " + counted(amendment.plan.files.size(), "file") + ".\n";
  if (!amendment.raised.empty())
    text += "\nNew versions, since these were published already:\n\n" + render_raised(amendment.raised);
  return text;
}

std::string render_amended(const Amendment& amendment, std::string_view commit) {
  std::string text = fmt::format("{} brings the catalogue on {} up to date: {}.\n", commit,
                                 code_span(amendment.branch), counted(amendment.plan.files.size(), "file"));
  if (!amendment.raised.empty())
    text += "\nNew versions, since these were published already:\n\n" + render_raised(amendment.raised);
  return text;
}

}  // namespace mlx::bot
