#include "bot/core/render.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_changes.h"
#include "bot/core/render_parts.h"
#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kReplyMarker = "<!-- mlx:reply";
constexpr std::size_t kLongestFileList = 20'000;  // so that what follows it has a place

std::string render_components(const ChangePlan& plan) {
  std::string text = "| component | version | files | why |\n|---|---|---|---|\n";
  // The reader asked for the last ones; what those need follows.
  for (const PlannedComponent& component : plan.components | std::views::reverse) {
    const std::string why = component.required_by.empty() ? neutralised(component.description)
                                                          : "required by " + code_cell(component.required_by);
    text += fmt::format("| {} | {} | {} | {} |\n", code_cell(component.name), to_string(component.version),
                        component.file_count, why);
  }
  return text;
}

std::string render_files(const ChangePlan& plan) {
  const auto created = static_cast<std::size_t>(
      std::ranges::count_if(plan.files, [](const FileChange& file) { return !file.before.has_value(); }));
  std::string text = fmt::format("<details><summary>{}, {} changed</summary>\n\n",
                                 counted(created, "new file"), plan.files.size() - created);
  CappedText list(kLongestFileList);
  for (const FileChange& file : plan.files)
    list.add(fmt::format("- {}{}\n", code_span(file.path.str()), file.before ? " (changed)" : ""));
  text += list.text();
  if (list.left_out() > 0) text += fmt::format("- … and {} more\n", list.left_out());
  return text + "\n</details>\n";
}

std::string render_distributions(const ChangePlan& plan) {
  if (plan.distributions.empty()) return {};
  std::string text = fmt::format("### New dependencies in {}\n\n", code_span(plan.dependency_file));
  for (const PlannedDistribution& distribution : plan.distributions) {
    const std::string group = distribution.group.empty()
                                  ? std::string()
                                  : fmt::format(" in group {}", code_span(distribution.group));
    text += fmt::format("- {}{}, for {}\n", code_span(distribution.requirement), group,
                        code_span(distribution.component));
  }
  return text + "\n";
}

std::string render_environment(const ChangePlan& plan) {
  if (plan.environment.empty()) return {};
  auto variables = plan.environment;
  std::ranges::stable_sort(variables, std::greater{}, &EnvironmentVariable::is_required);
  const auto required =
      static_cast<std::size_t>(std::ranges::count_if(variables, &EnvironmentVariable::is_required));
  std::string text = "### Environment variables\n\n";
  text += required == 0 ? "All have defaults: set one only to change it.\n\n"
                        : fmt::format("**{} must be set before the service starts.**\n\n",
                                      counted(required, "variable"));
  text += "| variable | default | what it does |\n|---|---|---|\n";
  for (const EnvironmentVariable& variable : variables) {
    std::string value = variable.default_value.empty() ? "" : code_cell(variable.default_value);
    if (variable.is_required) value = "**required**";
    if (variable.is_secret) value += " (secret)";
    text +=
        fmt::format("| {} | {} | {} |\n", code_cell(variable.name), value, neutralised(variable.description));
  }
  return text + "\n";
}

}  // namespace

ProposalText render_add_proposal(const AddCommand& add, const ChangePlan& plan, const HandlerInput& input) {
  ProposalText text;
  text.title = "Add " + joined(add.components);
  text.commit_message = text.title + "\n\n";
  for (const PlannedComponent& component : plan.components) {
    text.commit_message +=
        fmt::format("- {} {}{}\n", component.name, to_string(component.version),
                    component.required_by.empty() ? "" : ", required by " + component.required_by);
  }
  std::string& body = text.body;
  body = input.issue == 0 ? "A job of this repository's CI asked for this.\n\n"
                          : fmt::format("{} asked for this in {}.\n\n", code_span(input.sender),
                                        input.form.reference(input.issue));
  body +=
      "The code below becomes yours: change it as you like. `mlx.lock` records what was added, so that later "
      "versions can be merged into what you make of it.\n\n";
  body += "### What this adds\n\n" + render_components(plan) + "\n" + render_files(plan) + "\n";
  body += render_distributions(plan);
  body += render_environment(plan);
  if (!plan.findings.empty()) body += "### Worth knowing\n\n" + render_findings(plan.findings) + "\n";
  body += fmt::format(
      "### Undo\n\nBefore merging: close this pull request and delete its branch. After merging: press "
      "*Revert* on this "
      "page, or run `git revert -m 1 MERGE_COMMIT` (without `-m 1` if it was squashed). Nothing outside the "
      "files "
      "above is touched.\n");
  body = shortened(std::move(body), "This description");
  return text;
}

std::string render_error(const Error& error) {
  std::string text = located(error);
  if (error.code == ErrorCode::kNotFound) text += " `/mlx list` shows what there is.";
  return text + " Nothing was changed.\n";
}

std::string render_blocked(const ChangePlan& plan) {
  return "Nothing was changed, because something is in the way:\n\n" + render_findings(plan.findings);
}

std::string render_nothing_to_add(const ChangePlan& plan) {
  const std::string findings = render_findings(plan.findings);
  return findings.empty() ? "There is nothing to do: all of it is there already.\n"
                          : "There is nothing to do.\n\n" + findings;
}

std::string render_list(const Registry& registry, const Lock& lock) {
  std::string text = fmt::format(
      "{} in the registry {}:\n\n| component | version | installed | what it is |\n|---|---|---|---|\n",
      counted(registry.items().size(), "component"), code_span(registry.name()));
  for (const RegistryItem& item : registry.items()) {
    const auto installed = lock.components.find(item.name);
    text += fmt::format("| {} | {} | {} | {} |\n", code_cell(item.name), to_string(item.version),
                        installed == lock.components.end() ? "" : to_string(installed->second.version),
                        neutralised(item.description));
  }
  return text + "\nAdd one with `/mlx add NAME`.\n";
}

std::string render_status(const ProjectStatus& status) {
  if (status.components.empty()) {
    return "No components are installed here. `/mlx list` shows what there is, `/mlx add NAME` adds one.\n";
  }
  std::string text = "| component | version | latest | changed by you | missing |\n|---|---|---|---|---|\n";
  for (const ComponentStatus& component : status.components) {
    text +=
        fmt::format("| {} | {} | {} | {} | {} |\n", code_cell(component.name), to_string(component.version),
                    component.latest ? to_string(*component.latest) : "not in the registry",
                    quoted_names(component.changed_files), quoted_names(component.missing_files));
  }
  for (const ComponentStatus& component : status.components) {
    if (component.missing_requirements.empty()) continue;
    text += fmt::format("\n⚠️ {} requires {}, which is not there. Add it with `/mlx add`.\n",
                        code_span(component.name), quoted_names(component.missing_requirements));
  }
  return text;
}

std::string render_help() {
  return "| command | what it does | who may |\n|---|---|---|\n"
         "| `/mlx add NAME… [--overwrite]` | opens a pull request that adds components, and those that they "
         "require "
         "| write access |\n"
         "| `/mlx update [NAME…] [--to VERSION]` | opens pull requests that bring later versions, merged "
         "into what "
         "you made of them | write access |\n"
         "| `/mlx rebase` | on such a pull request: makes its branch anew on what the base branch is now | "
         "write "
         "access |\n"
         "| `/mlx recreate` | the same over commits of yours, or after it was closed | write access |\n"
         "| `/mlx ignore [NAME[@RANGE]]` | stops offering a component, some versions of it, or those of this "
         "pull "
         "request | write access |\n"
         "| `/mlx unignore NAME[@RANGE]` | takes that back | write access |\n"
         "| `/mlx check [NAME…]` | shows what clashes here, or would with these components | everyone |\n"
         "| `/mlx explain FINDING` | shows what a finding means, with an example and a remedy | everyone |\n"
         "| `/mlx ignore FINDING…` | writes to the configuration that nobody wants to hear of them | write "
         "access |\n"
         "| `/mlx recommend` | shows the components that do what is written by hand here | everyone |\n"
         "| `/mlx list` | shows the components that can be added | everyone |\n"
         "| `/mlx status` | shows the components that are here, and what you changed in them | everyone |\n"
         "| `/mlx diff [NAME…]` | shows what you changed in components, and what is new in them | everyone "
         "|\n"
         "| `/mlx extract [--prune]` | on a pull request of a platform: brings its catalogue of components "
         "up to "
         "date, in one commit | write access |\n"
         "| `/mlx help` | shows this | everyone |\n\n"
         "A command is a line of its own in a comment, outside quotes and code.\n";
}

std::string render_invalid(const InvalidCommand& invalid) {
  return message(invalid.problem) + "\n\n" + render_help();
}

std::string render_no_write_access(const RepositoryName& repository, std::string_view sender) {
  return fmt::format(
      "This needs write access to {}, which {} does not have. Ask a maintainer to write the command, or to "
      "give you "
      "the role *Write*. Nothing was changed.\n",
      code_span(repository.full()), code_span(sender));
}

std::string render_no_read_access(const RepositoryName& repository, std::string_view sender) {
  return fmt::format(
      "The answer would show files of {}, which {} may not see there. Ask somebody who may, or for the role "
      "*Reporter*.\n",
      code_span(repository.full()), code_span(sender));
}

std::string render_too_many_commands(std::size_t count, std::size_t limit) {
  return fmt::format(
      "{} are too many for one comment: at most {} are carried out at once. Nothing was changed.\n",
      counted(count, "command"), limit);
}

std::string render_proposal_result(const Proposal& proposal, const ProposalResult& result,
                                   const ForgeForm& form) {
  const std::string pull_request = form.reference(result.number);
  switch (result.kind) {
    case ProposalResult::Kind::kCreated:
      return fmt::format("{} adds {}. It is yours to review and merge.\n", pull_request,
                         counted(proposal.plan.files.size(), "file"));
    case ProposalResult::Kind::kUpdated:
      return fmt::format("{} was open for this, and is now up to date.\n", pull_request);
    case ProposalResult::Kind::kUnchanged:
      return fmt::format("{} is open for this, and needs no change.\n", pull_request);
    case ProposalResult::Kind::kForeignCommits:
      return fmt::format(
          "The branch {} has commits that are not mine, so I left it alone. Merge or close its pull request, "
          "or delete "
          "the branch, then ask again.\n",
          code_span(proposal.branch));
  }
  return {};
}

std::string render_forge_refusal(const Error& error) {
  return neutralised(error.message) +
         ".\n\nAn owner of this repository, or whoever runs this bot, has to mend that.\n";
}

std::string render_gave_up(const Error& error) {
  return "I tried several times and gave up. " + sentence(error.message) +
         "\n\nAsk again to try once more.\n";
}

std::string render_empty_repository() {
  return "This repository has no commits yet. Push a first one, then ask again.\n";
}

std::string render_reply(std::string_view marker, const std::vector<CommandReport>& reports) {
  std::string text = std::string(marker) + "\n";
  for (const CommandReport& report : reports) {
    text +=
        fmt::format("{} {}\n\n{}\n", report.succeeded ? "🚀" : "😕", code_span(report.line), report.answer);
  }
  return shortened(std::move(text), "This answer");
}

std::string reply_marker(std::string_view request, const std::vector<Command>& commands) {
  std::string lines;
  for (const Command& command : commands) lines += command.line + "\n";
  return fmt::format("{} comment={} commands={} -->", kReplyMarker, request, sha256_hex(lines).substr(0, 12));
}

bool is_reply(std::string_view body) {
  return body.starts_with(kReplyMarker) || body.starts_with(kChangesMarker);
}

}  // namespace mlx::bot
