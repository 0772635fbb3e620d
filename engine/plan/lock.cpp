#include "engine/plan/lock.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/base/json_reader.h"
#include "engine/base/repo_path.h"
#include "engine/component/component.h"

namespace mlx {
namespace {

using nlohmann::json;

Result<LockedComponent> read_component(const JsonReader& reader) {
  const JsonReader version = MLX_TRY(reader.at("version"));
  LockedComponent component;
  component.version = MLX_TRY(version.located(Version::parse(MLX_TRY(version.as_string()))));
  component.registry = MLX_TRY(reader.string("registry"));
  component.revision = MLX_TRY(reader.string_or("revision", ""));
  component.sha256 = MLX_TRY(reader.string_or("sha256", ""));
  component.import_root = MLX_TRY(reader.string("importRoot"));
  component.distributions = MLX_TRY(reader.strings("distributions"));
  component.environment = MLX_TRY(reader.strings("environment"));
  MLX_CHECK(reader.at("files"));
  for (const auto& [path, file] : MLX_TRY(reader.members("files"))) {
    MLX_CHECK(file.located(RepoPath::parse(path)));
    const JsonReader base = MLX_TRY(file.at("base"));
    const BlobId id = MLX_TRY(base.located(BlobId::parse(MLX_TRY(base.as_string()))));
    std::string source = MLX_TRY(file.string_or("source", ""));
    component.files.emplace(path, LockedFile{.base = id, .source = std::move(source)});
  }
  if (!reader.has("lines")) return component;
  for (const auto& [path, lines] : MLX_TRY(reader.members("lines"))) {
    MLX_CHECK(lines.located(RepoPath::parse(path)));
    AddedLines added;
    added.source = MLX_TRY(lines.string("source"));
    added.text = MLX_TRY(lines.string("text"));
    added.locations = MLX_TRY(lines.strings("locations"));
    component.lines.emplace(path, std::move(added));
  }
  return component;
}

std::string json_string(std::string_view text) { return json(text).dump(); }

/// `{` entries on lines of their own `}`, or `{}`.
template <typename Entries, typename WriteEntry>
void write_lines(std::string& out, const Entries& entries, std::string_view indent, char open, char close,
                 WriteEntry&& write_entry) {
  out += open;
  bool is_first = true;
  for (const auto& entry : entries) {
    out += is_first ? "\n" : ",\n";
    is_first = false;
    out += indent;
    out += "  ";
    write_entry(entry);
  }
  if (!is_first) {
    out += "\n";
    out += indent;
  }
  out += close;
}

void write_strings(std::string& out, const std::vector<std::string>& strings) {
  write_lines(out, strings, "      ", '[', ']', [&](const std::string& text) { out += json_string(text); });
}

void write_component(std::string& out, const LockedComponent& component) {
  out += "{\n      \"version\": " + json_string(to_string(component.version));
  out += ",\n      \"registry\": " + json_string(component.registry);
  out += ",\n      \"revision\": " + json_string(component.revision);
  if (!component.sha256.empty()) {
    out += ",\n      \"sha256\": " + json_string(component.sha256);
  }
  out += ",\n      \"importRoot\": " + json_string(component.import_root);
  out += ",\n      \"files\": ";
  write_lines(out, component.files, "      ", '{', '}', [&](const auto& entry) {
    const auto& [path, file] = entry;
    out += json_string(path) + ": {\"base\": " + json_string(file.base.hex()) +
           ", \"source\": " + json_string(file.source) + "}";
  });
  if (!component.lines.empty()) {
    out += ",\n      \"lines\": ";
    write_lines(out, component.lines, "      ", '{', '}', [&](const auto& entry) {
      const auto& [path, lines] = entry;
      out += json_string(path) + ": {\"source\": " + json_string(lines.source) +
             ", \"text\": " + json_string(lines.text) + ", \"locations\": " + json(lines.locations).dump() +
             "}";
    });
  }
  out += ",\n      \"distributions\": ";
  write_strings(out, component.distributions);
  out += ",\n      \"environment\": ";
  write_strings(out, component.environment);
  out += "\n    }";
}

void write_edits(std::string& out, std::map<std::string, EditOrigins> edits) {
  std::erase_if(edits, [](const auto& entry) { return entry.second.empty(); });
  out += ",\n  \"edits\": ";
  write_lines(out, edits, "  ", '{', '}', [&](const auto& entry) {
    out += json_string(entry.first) + ": ";
    write_lines(out, entry.second, "    ", '{', '}', [&](const auto& origin) {
      out += json_string(origin.first) + ": " + json_string(origin.second);
    });
  });
}

}  // namespace

Result<Lock> read_lock(std::string_view text) {
  const json document = MLX_TRY(parse_json(text, Lock::kPath));
  const JsonReader reader(document, std::string(Lock::kPath));
  const long long format = MLX_TRY(reader.integer("version"));
  if (format < 1) {
    return std::unexpected(MLX_TRY(reader.at("version")).complaint("there is no such format of a lock"));
  }
  if (format > Lock::kFormat) {
    return fail(ErrorCode::kInvalidInput,
                "this lock was written by a newer MLX (format " + std::to_string(format) + "): update MLX",
                {.file = std::string(Lock::kPath), .field = "version"});
  }
  Lock lock;
  for (const auto& [name, component] : MLX_TRY(reader.members("components"))) {
    // It becomes part of paths, branches and markers.
    if (!is_component_name(name)) {
      return std::unexpected(component.complaint("this is no name of a component"));
    }
    lock.components.emplace(name, MLX_TRY(read_component(component)));
  }
  if (!reader.has("edits")) return lock;
  const JsonReader edits = MLX_TRY(reader.at("edits"));
  for (const auto& [file, places] : MLX_TRY(reader.members("edits"))) {
    MLX_CHECK(places.located(RepoPath::parse(file)));
    EditOrigins& origins = lock.edits[file];
    for (const auto& [place, origin] : MLX_TRY(edits.members(file))) {
      origins.emplace(place, MLX_TRY(origin.as_string()));
    }
  }
  return lock;
}

std::string write_lock(const Lock& lock) {
  std::string out = "{\n  \"version\": " + std::to_string(Lock::kFormat) + ",\n  \"components\": ";
  write_lines(out, lock.components, "  ", '{', '}', [&](const auto& entry) {
    out += json_string(entry.first) + ": ";
    write_component(out, entry.second);
  });
  const bool has_edits =
      std::ranges::any_of(lock.edits, [](const auto& entry) { return !entry.second.empty(); });
  if (has_edits) write_edits(out, lock.edits);
  out += "\n}\n";
  return out;
}

}  // namespace mlx
