#include "bot/core/update/render_update.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kMarkerBegin = "<!-- mlx:update ";
constexpr std::string_view kMarkerEnd = " -->";
constexpr std::string_view kRebaseBox = "<!-- mlx:rebase -->";
constexpr std::size_t kLongestConflicts = 30'000;  // so that what follows has a place
constexpr std::size_t kLongestChanges = 10'000;
constexpr std::size_t kLongestFiles = 12'000;

std::string step_of(const UpdatedComponent& component) {
  return fmt::format("{} {} → {}", component.name, to_string(component.from), to_string(component.to));
}

/// The components that were asked for first: the others come for their sake.
std::vector<const UpdatedComponent*> by_importance(const ChangePlan& plan) {
  std::vector<const UpdatedComponent*> components;
  components.reserve(plan.update.components.size());
  for (const UpdatedComponent& component : plan.update.components) components.push_back(&component);
  std::ranges::stable_partition(components,
                                [](const UpdatedComponent* one) { return one->required_by.empty(); });
  return components;
}

std::string change_line(const ComponentChange& change) {
  std::string text =
      fmt::format("- {} {} {}", to_string(change.subject), code_span(change.name), to_string(change.kind));
  constexpr std::size_t kLongestDetail = 300;
  const bool has_detail = !change.detail.empty() && change.detail.size() <= kLongestDetail;
  return text + (has_detail ? ": " + code_span(change.detail) : "") + "\n";
}

std::string changes_of(const UpdatedComponent& component, bool breaking) {
  if (!component.upstream) return {};
  CappedText lines(kLongestChanges);
  for (const ComponentChange& change : component.upstream->list) {
    if (change.breaks_users == breaking) lines.add(change_line(change));
  }
  if (lines.left_out() == 0) return lines.text();
  return lines.text() + fmt::format("- … and {} more\n", lines.left_out());
}

std::string render_upstream(const ChangePlan& plan) {
  std::string text;
  for (const UpdatedComponent* component : by_importance(plan)) {
    text += "### " + neutralised(step_of(*component));
    text += component->required_by.empty()
                ? "\n\n"
                : fmt::format(", needed by {}\n\n", neutralised(component->required_by));
    if (!component->upstream) {
      text += "The registry does not have the old version any more, so what changed cannot be listed.\n\n";
      continue;
    }
    const std::string breaking = changes_of(*component, true);
    if (!breaking.empty()) text += "⚠️ **Breaking:**\n\n" + breaking + "\n";
    const std::string others = changes_of(*component, false);
    if (!others.empty()) {
      text += fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n",
                          neutralised(summary_of(*component->upstream)), others);
    }
  }
  for (const PlannedComponent& component : plan.components) {
    text += fmt::format("### {} {}, new, needed by {}\n\n{}\n\n", neutralised(component.name),
                        to_string(component.version), neutralised(component.required_by),
                        neutralised(component.description));
  }
  return text;
}

std::string outcome_text(const ChangePlan& plan, const UpdatedFile& file) {
  std::string text;
  switch (file.outcome) {
    case FileOutcome::kUpdated: text = "new version; you had not changed it"; break;
    case FileOutcome::kMerged: text = "**merged** with your changes"; break;
    case FileOutcome::kConflict: {
      const FileConflict* const conflict = plan.update.conflict_in(file.path);
      text = "❌ **conflict** in " +
             counted(conflict == nullptr ? 1 : conflict->merged.conflict_count(), "place");
      break;
    }
    case FileOutcome::kAdded: text = "new"; break;
    case FileOutcome::kRemoved: text = "removed; you had not changed it"; break;
    case FileOutcome::kKept: text = "stays as you have it"; break;
  }
  if (!file.steps.empty()) text += " (" + to_string(file.steps) + ")";
  if (!file.moved_from.empty()) text += ", moved from " + code_cell(file.moved_from);
  return text;
}

std::string render_files(const ChangePlan& plan) {
  CappedText rows(kLongestFiles);
  for (const UpdatedComponent& component : plan.update.components) {
    for (const UpdatedFile& file : component.files)
      rows.add(fmt::format("| {} | {} |\n", code_cell(file.path), outcome_text(plan, file)));
  }
  if (rows.text().empty()) return {};
  std::string text = "### Your files\n\n| file | what became of it |\n|---|---|\n" + rows.text();
  if (rows.left_out() > 0) text += fmt::format("| … | and {} more |\n", rows.left_out());
  return text + "\n";
}

std::string quoted_side(std::string_view title, std::string_view text) {
  return fmt::format("{}\n\n{}\n", title, text.empty() ? "(nothing)\n" : code_block(text, ""));
}

std::string render_conflict(const FileConflict& conflict) {
  std::string text = fmt::format("<details open><summary>{}</summary>\n\n", neutralised(conflict.path.str()));
  if (conflict.is_binary) {
    return text +
           "Both sides changed this file, and it is no text: it stays as you have it.\n\n</details>\n\n";
  }
  for (const auto& piece : conflict.merged.pieces()) {
    if (const auto* part = std::get_if<MergeConflict>(&piece)) {
      text += quoted_side("**Yours**", part->ours) + quoted_side("**The new version**", part->theirs);
    }
  }
  return text + "</details>\n\n";
}

std::string render_conflicts(const ChangePlan& plan, bool has_markers) {
  if (plan.update.conflicts.empty()) return {};
  std::string text = "### Conflicts\n\n";
  text += has_markers
              ? "The files hold both sides between git's markers. Edit them on this branch, then mark the "
                "pull request as ready.\n\n"
              : "The files hold your side. Take from the new version what you want, on this branch, then "
                "mark the pull request as ready.\n\n";
  CappedText conflicts(kLongestConflicts);
  for (const FileConflict& conflict : plan.update.conflicts) conflicts.add(render_conflict(conflict));
  text += conflicts.text();
  if (conflicts.left_out() > 0) {
    text += fmt::format("{} more, too long to be quoted here: `mlx update` on your machine shows them.\n\n",
                        counted(conflicts.left_out(), "file"));
  }
  return text;
}

std::string render_dependencies(const ChangePlan& plan) {
  std::string text;
  for (const ReplacedLine& line : plan.update.distributions)
    text += fmt::format("- {} → {}\n", code_span(line.from), code_span(line.to));
  for (const PlannedDistribution& one : plan.distributions)
    text += fmt::format("- {} is new\n", code_span(one.requirement));
  for (const PlannedDistribution& one : plan.removal.distributions)
    text += fmt::format("- {} is not needed any more\n", code_span(one.requirement));
  if (text.empty()) return text;
  return fmt::format("### Dependencies in {}\n\n{}\n", code_span(plan.dependency_file), text);
}

std::string render_variables(const ChangePlan& plan) {
  std::string text;
  for (const EnvironmentVariable& variable : plan.environment) {
    text += fmt::format("- {} is new{}{}\n", code_span(variable.name),
                        variable.is_required ? ", and **must be set**" : "",
                        variable.description.empty() ? "" : ": " + neutralised(variable.description));
  }
  for (const ChangedVariable& variable : plan.update.environment) {
    const bool has_other_default = variable.default_before != variable.default_after;
    text += fmt::format("- {} {}\n", code_span(variable.name),
                        has_other_default ? "has the default " + code_span(variable.default_after) +
                                                " now, and had " + code_span(variable.default_before)
                                          : "is described anew");
  }
  for (const std::string& name : plan.removal.environment)
    text += fmt::format("- {} is not read any more\n", code_span(name));
  return text.empty() ? text : "### Environment variables\n\n" + text + "\n";
}

std::string render_checks(const ChangePlan& plan) {
  std::string text = "### What to check\n\n";
  if (!plan.update.conflicts.empty()) text += "- the conflicts above\n";
  const auto breaks = [](const UpdatedComponent& component) {
    return component.upstream && component.upstream->breaks_users();
  };
  if (std::ranges::any_of(plan.update.components, breaks))
    text += "- whether your own code uses what is listed as breaking\n";
  const auto was_merged = [](const UpdatedComponent& component) {
    return std::ranges::any_of(component.files,
                               [](const UpdatedFile& file) { return file.outcome == FileOutcome::kMerged; });
  };
  if (std::ranges::any_of(plan.update.components, was_merged)) text += "- the files that were merged\n";
  const bool has_required =
      std::ranges::any_of(plan.environment, [](const EnvironmentVariable& one) { return one.is_required; });
  if (has_required) text += "- the variables that must be set before the service starts\n";
  return text + "- your tests\n\n";
}

}  // namespace

std::string update_title(const ChangePlan& plan) {
  const auto components = by_importance(plan);
  const auto asked_for = static_cast<std::size_t>(std::ranges::count_if(
      components, [](const UpdatedComponent* one) { return one->required_by.empty(); }));
  if (asked_for > 1) return counted(asked_for, "component");
  return components.empty() ? "nothing" : step_of(*components.front());
}

ProposalText render_update(const ChangePlan& plan, std::string_view subject, bool has_markers) {
  ProposalText text;
  text.title = "Update " + update_title(plan);
  text.commit_message = text.title + "\n\n";
  for (const UpdatedComponent* component : by_importance(plan)) {
    text.commit_message +=
        fmt::format("- {}{}\n", step_of(*component),
                    component->required_by.empty() ? "" : ", needed by " + component->required_by);
  }
  std::string& body = text.body;
  body = update_marker(plan) + "\n";
  body += render_upstream(plan) + render_files(plan) + render_conflicts(plan, has_markers);
  body += render_dependencies(plan) + render_variables(plan);
  if (!plan.findings.empty()) body += "### Worth knowing\n\n" + render_findings(plan.findings) + "\n";
  body += render_checks(plan);
  body += fmt::format(
      "---\n- [ ] {} Tick this to have the branch made anew on what the base branch is now\n\n"
      "To have it never again, close this pull request (this version) or write `/mlx ignore {}`. "
      "`/mlx recreate` makes it anew over commits of yours.\n",
      kRebaseBox, subject);
  body = shortened(std::move(body), "This description");
  return text;
}

std::string update_marker(const ChangePlan& plan) {
  std::vector<std::string> versions;
  versions.reserve(plan.update.components.size());
  for (const UpdatedComponent& component : plan.update.components)
    versions.push_back(component.name + "@" + to_string(component.to));
  std::ranges::sort(versions);
  std::string text;
  for (const std::string& version : versions) text += (text.empty() ? "" : " ") + version;
  return std::string(kMarkerBegin) + text + std::string(kMarkerEnd);
}

bool has_marker(std::string_view body, std::string_view marker) { return body.starts_with(marker); }

std::vector<std::string> marked_versions(std::string_view body) {
  if (!body.starts_with(kMarkerBegin)) return {};
  body.remove_prefix(kMarkerBegin.size());
  body = body.substr(0, body.find(kMarkerEnd));
  std::vector<std::string> versions;
  while (!body.empty()) {
    const auto end = std::min(body.find(' '), body.size());
    versions.emplace_back(body.substr(0, end));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return versions;
}

bool asks_for_rebase(std::string_view body, std::string_view previous) {
  const auto is_ticked = [](std::string_view text) {
    const auto at = text.find(kRebaseBox);
    constexpr std::size_t kBoxSize = 4;  // `[x] `
    return at != std::string_view::npos && at >= kBoxSize && text[at - kBoxSize] == '[' &&
           (text[at - kBoxSize + 1] == 'x' || text[at - kBoxSize + 1] == 'X');
  };
  return is_ticked(body) && !is_ticked(previous);
}

}  // namespace mlx::bot
