#include <algorithm>

#include "engine/plan/create/foundation.h"

namespace mlx {
namespace {

constexpr std::string_view kDockerfile = R"(# docker build -t @NAME@ . && docker run -p @PORT@:@PORT@ @NAME@
FROM python:@PYTHON@-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GIT_PYTHON_REFRESH=quiet \
    PATH=/app/.venv/bin:$PATH

WORKDIR /app

# Dependencies first: they change less often than the code.
COPY pyproject.toml uv.lock* ./
RUN pip install --no-cache-dir "uv>=0.9,<1" \
    && uv sync --no-cache --no-dev --no-install-project

COPY README.md ./
@CONFIGURATION@COPY src ./src
RUN uv sync --no-cache --no-dev

RUN useradd --system --no-create-home --uid 10001 service
USER service

@LISTEN@EXPOSE @PORT@
@HEALTH@
CMD [@COMMAND@]
)";

constexpr std::string_view kHealth = R"DOCKER(
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:@PORT@@PATH@', timeout=2)"]
)DOCKER";

constexpr std::string_view kCompose = R"(# The service: docker compose up --build --wait
services:
  @NAME@:
    build: .
    ports:
      - "@PORT@:@PORT@"
    # Settings and secrets, as .env.example names them.
    env_file:
      - path: .env
        required: false
    restart: unless-stopped
)";

constexpr std::string_view kNotInImage = R"(*
!conf
!pyproject.toml
!README.md
!src
!uv.lock
**/__pycache__
)";

/// `"python", "-m", "fraud_score.api"`
std::string json_words(std::string_view command) {
  std::string words;
  while (!command.empty()) {
    const auto space = command.find(' ');
    const std::string_view word = command.substr(0, space);
    if (!word.empty()) words += (words.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    command.remove_prefix(space == std::string_view::npos ? command.size() : space + 1);
  }
  return words;
}

bool has_configuration(const Foundation& foundation) {
  return std::ranges::any_of(foundation.components, [](const Component& component) {
    return std::ranges::any_of(component.files,
                               [](const ComponentFile& file) { return file.target.is_within("conf"); });
  });
}

/// A program that listens on this machine alone by default is to be reached from outside of the container.
std::string listening(const Foundation& foundation) {
  for (const Component& component : foundation.components) {
    if (component.provides.containers.empty()) continue;
    for (const EnvironmentVariable& variable : component.requirements.environment) {
      if (variable.name.ends_with("_HOST") && variable.default_value == "127.0.0.1")
        return "ENV " + variable.name + "=0.0.0.0\n";
    }
  }
  return "";
}

}  // namespace

void add_container_files(const Foundation& foundation, NewFiles& files) {
  const ProvidedContainer* server = foundation.server();
  if (server == nullptr) return;
  const std::string& port = server->ports.front();
  const std::string health =
      server->health_path.empty() ? "" : filled(kHealth, {{"PORT", port}, {"PATH", server->health_path}});
  files["Dockerfile"] =
      filled(kDockerfile, {{"NAME", foundation.name.distribution},
                           {"PORT", port},
                           {"PYTHON", foundation.python.text()},
                           {"LISTEN", listening(foundation)},
                           {"CONFIGURATION", has_configuration(foundation) ? "COPY conf ./conf\n" : ""},
                           {"HEALTH", health},
                           {"COMMAND", json_words(foundation.module_command(server->command))}});
  files["compose.yaml"] = filled(kCompose, {{"NAME", foundation.name.distribution}, {"PORT", port}});
  files[".dockerignore"] = kNotInImage;
}

}  // namespace mlx
