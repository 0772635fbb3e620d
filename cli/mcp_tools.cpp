#include "cli/mcp_tools.h"

#include <exception>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "cli/answers.h"
#include "cli/mcp/schemas.h"
#include "cli/project.h"

namespace mlx::cli {
namespace {

using mcp::Parameter;
using mcp::ParameterKind;
using mcp::Tool;
using nlohmann::json;

/// The schema of a command's answers, without what is of no use to a model.
json output_schema(std::string_view command) {
  json schema = json::parse(mcp::answer_schema(command));
  schema.erase("$schema");
  schema.erase("title");
  return schema;
}

Parameter components_parameter(std::string description, bool is_required) {
  return {.name = "components",
          .kind = ParameterKind::kTexts,
          .description = std::move(description),
          .is_required = is_required};
}

std::vector<Tool> reading_tools() {
  return {
      {.name = "list",
       .title = "List components",
       .description =
           "Lists the components that can be added to this project, with the version that is here of each "
           "(null: none).",
       .parameters = {{.name = "installed",
                       .kind = ParameterKind::kFlag,
                       .description = "Only those that are here."}},
       .output_schema = output_schema("list")},
      {.name = "search",
       .title = "Search components",
       .description =
           "Finds components by what they are for and what they bring: looks for a text, in any case, in "
           "names, titles, descriptions, categories, routes and public names. `matches` says where it "
           "stands.",
       .parameters = {{.name = "query",
                       .kind = ParameterKind::kText,
                       .description = "One word or part of one: `retry`, `/health`, `TtlCache`.",
                       .is_required = true}},
       .output_schema = output_schema("list")},
      {.name = "info",
       .title = "Describe a component",
       .description =
           "Tells what one component brings (files, routes, public names with signatures, entry points) "
           "and what it requires (components, distributions, services, environment variables).",
       .parameters = {{.name = "component",
                       .kind = ParameterKind::kText,
                       .description = "A name from `list`: `api-serving`, `@acme/feature-store`.",
                       .is_required = true}},
       .output_schema = output_schema("info")},
      {.name = "check",
       .title = "Find what clashes",
       .description =
           "Finds what clashes in this project, or would with more components: routes, files, environment "
           "variables, configuration keys, versions, ports. Each finding has its place and a remedy, each "
           "component a score between 0 and 1.",
       .parameters = {components_parameter("Components that the project might get, beside those that it has.",
                                           false)},
       .output_schema = output_schema("check")},
      {.name = "recommend",
       .title = "Recommend components",
       .description =
           "Finds code of this project that a component would do instead (retry loops, caches, rate limits, "
           "settings from the environment and the like), with file and line.",
       .parameters = {{.name = "limit",
                       .kind = ParameterKind::kCount,
                       .description = "At most so many components."}},
       .output_schema = output_schema("recommend")},
      {.name = "status",
       .title = "Show what is here",
       .description =
           "Tells which components this project has, in which version, which of their files were changed "
           "since they were added, and what is missing.",
       .parameters = {},
       .output_schema = output_schema("status")},
  };
}

Tool add_tool(bool may_write) {
  Tool tool{.name = "add",
            .title = "Plan adding components",
            .description =
                "Shows what adding components, and those that they require, would change in this project: "
                "files, dependencies, environment variables, and `diff`, all of it. What stands in the way "
                "is in `findings`, and `blocked` is true then. Writes nothing",
            .parameters = {components_parameter("Names from `list`.", true)},
            .output_schema = output_schema("add"),
            .is_read_only = !may_write};
  if (!may_write) {
    tool.description += ": tell the user to run `mlx add NAME` to do it.";
    return tool;
  }
  tool.title = "Add components";
  tool.description +=
      " unless `apply` is true: then all of it is written, or, if it is blocked, nothing. Show the diff "
      "first.";
  tool.parameters.push_back({.name = "apply",
                             .kind = ParameterKind::kFlag,
                             .description = "Write the change, rather than show it (default: false)."});
  return tool;
}

Result<Answer> answer_of(const mcp::ToolCall& call, const ToolAccess& access) {
  const json& given = call.arguments;
  const OpenProject project = MLX_TRY(OpenProject::open(access.project));
  const ProjectArguments& shared = access.project;
  if (call.tool == "list") {
    return list_answer({.project = shared, .query = {}, .installed = given.value("installed", false)},
                       project);
  }
  if (call.tool == "search") {
    return list_answer({.project = shared, .query = given.at("query").get<std::string>()}, project);
  }
  if (call.tool == "info") {
    return info_answer({.project = shared, .component = given.at("component").get<std::string>()}, project);
  }
  if (call.tool == "status") return status_answer(project);
  if (call.tool == "recommend") {
    RecommendArguments arguments{.project = shared, .limit = {}};
    if (given.contains("limit")) arguments.limit = given.at("limit").get<std::size_t>();
    return recommend_answer(arguments, project);
  }
  const auto components = given.value("components", std::vector<std::string>());
  if (call.tool == "check") {
    return check_answer({.project = shared, .components = components}, project);
  }
  const bool applies = access.may_write && given.value("apply", false);
  return add_answer({.project = shared, .components = components, .dry_run = !applies}, project);
}

mcp::ToolOutcome failed(std::string message) {
  return {.value = {}, .remarks = {std::move(message)}, .is_error = true};
}

}  // namespace

std::vector<Tool> mcp_tools(const ToolAccess& access) {
  std::vector<Tool> tools = reading_tools();
  tools.push_back(add_tool(access.may_write));
  return tools;
}

mcp::ToolOutcome call_mcp_tool(const mcp::ToolCall& call, const ToolAccess& access) {
  try {
    auto answer = answer_of(call, access);
    if (!answer) return failed(to_string(answer.error()));
    // What was asked for was done, unless it was to write and nothing was written.
    const bool is_refused = call.arguments.value("apply", false) && answer->value.value("blocked", false);
    return {.value = std::move(answer->value), .remarks = std::move(answer->remarks), .is_error = is_refused};
  } catch (const std::exception& error) {
    return failed(fmt::format("internal error: {}", error.what()));
  }
}

}  // namespace mlx::cli
