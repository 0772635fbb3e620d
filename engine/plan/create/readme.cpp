#include <algorithm>

#include "engine/plan/create/foundation.h"

namespace mlx {
namespace {

constexpr std::string_view kHead = R"(# @NAME@

An ML service whose parts came as source from the catalogue of MLX, and are this project's own since.

## Try it

```sh
make test     # makes the environment in .venv first; needs Python @PYTHON@ or later, and make
@RUN@make check    # lint, types and tests: what CI runs
make help     # the rest
```
)";

constexpr std::string_view kServing = R"(
`make run` serves on http://127.0.0.1:@PORT@@SHOWN@.
`docker compose up --build --wait` runs the same in a container.
Settings are in `conf/`, and can be overridden by the variables that `.env.example` names.
)";

constexpr std::string_view kTail = R"(
## Where things are

| | |
|---|---|
@PLACES@| `tests/` | the tests, a directory for each component |
| `mlx.lock` | which components are here, in which version, and what their files were before you changed them |

## More components

```sh
mlx list              # what there is
mlx add NAME          # puts one here, with what it requires
mlx update            # merges later versions into what you made of them
mlx check             # what clashes
```

@FORGE@
)";

constexpr std::string_view kGithub =
    "The workflows `mlx-review`, `mlx-commands` and `mlx-updates` do the same on GitHub: they review pull\n"
    "requests, answer to `/mlx add NAME` in comments, and open pull requests with later versions. Put the\n"
    "account that publishes your MLX in place of `OWNER` in them.";
constexpr std::string_view kGitlab =
    "`.gitlab-ci.yml` has MLX review merge requests; with a pipeline schedule it opens merge requests with\n"
    "later versions. Put the group that publishes your MLX in place of `OWNER` there.";

constexpr std::string_view kProjen = R"(
## projen

`.projenrc.py` says what the project is made of; projen writes `pyproject.toml` and the tasks from it. Change it
there, then run `npx projen` (Node.js 20 or later). `npx projen TASK` runs a task; `npx projen --help` lists them.
)";

/// Docstrings write code between two backticks on each side.
std::string in_markdown(std::string text) {
  for (auto at = text.find("``"); at != std::string::npos; at = text.find("``", at + 1)) text.erase(at, 1);
  return text;
}

std::string places(const Foundation& foundation) {
  std::string rows;
  for (const Component& component : foundation.components) {
    // The directory of its modules: the longest that all of them are in.
    const auto source = std::ranges::find(component.files, FileKind::kSource, &ComponentFile::kind);
    if (source == component.files.end()) continue;
    std::string directory(source->target.parent());
    if (directory.starts_with(component.import_root))
      directory.replace(0, component.import_root.size(), "src/" + foundation.name.package);
    rows += "| `" + directory + "/` | **" + component.name + "** " + to_string(component.version) + ": " +
            in_markdown(component.description) + " |\n";
  }
  return rows.empty() ? "| `src/" + foundation.name.package + "/` | the code |\n" : rows;
}

std::string services(const Foundation& foundation) {
  std::string lines;
  for (const Component& component : foundation.components) {
    for (const RequiredService& service : component.requirements.services) {
      lines += "- " + component.name + " works with " + service.name;
      if (!service.image.empty()) lines += " (`" + service.image + "`)";
      lines += "\n";
    }
  }
  return lines.empty() ? "" : "\n" + lines;
}

}  // namespace

void add_readme(const Foundation& foundation, NewFiles& files) {
  const ProvidedContainer* server = foundation.server();
  std::string run = server != nullptr ? "make run      # serves\n" : "";
  for (const std::string& program : foundation.programs()) {
    const bool is_server = server != nullptr && server->command.ends_with(program.substr(program.rfind('.')));
    if (!is_server) run += "uv run python -m " + program + " --help\n";
  }
  std::string text = filled(
      kHead, {{"NAME", foundation.name.distribution}, {"PYTHON", foundation.python.text()}, {"RUN", run}});
  if (server != nullptr) {
    const std::string shown =
        server->health_path.empty() ? "" : ", and says on " + server->health_path + " that it is well";
    text += filled(kServing, {{"PORT", server->ports.front()}, {"SHOWN", shown}});
  }
  text += services(foundation);
  text += filled(kTail, {{"PLACES", places(foundation)},
                         {"FORGE", std::string(foundation.forge == ForgeKind::kGitlab ? kGitlab : kGithub)}});
  if (foundation.has_projen) text += kProjen;
  files["README.md"] = text;
}

}  // namespace mlx
