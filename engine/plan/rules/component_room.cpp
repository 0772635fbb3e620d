#include "engine/plan/rules/component_room.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/names.h"
#include "engine/component/extract/route_table.h"
#include "engine/plan/rules/room_files.h"
#include "engine/plan/rules/room_names.h"
#include "engine/plan/rules/room_settings.h"

namespace mlx {
namespace {

/// The files of a component among those that were read.
std::set<FileId> file_ids(const LockedComponent& component, const RepoIndex& index) {
  std::set<FileId> ids;
  for (const auto& [path, file] : component.files) {
    const auto id = file.source.empty() ? std::nullopt : index.find(path);
    if (id) ids.insert(*id);
  }
  return ids;
}

/// One run of read_room().
class RoomReader {
 public:
  RoomReader(const std::string& name, const RoomSources& sources)
      : sources_(sources), locked_(sources.lock.components.at(name)) {
    room_.name = name;
  }

  Result<ComponentRoom> run() {
    const RoomFiles files = MLX_TRY(room_files(locked_, sources_.project));
    for (const auto& [kind, paths] : files) place_for(kind) = places_of(paths, room_.name, sources_.lock);
    for (const FileId file : file_ids(locked_, sources_.index)) {
      const RepoPath& path = sources_.index.python()[file];
      const auto code = files.find(RoomKind::kCode);
      if (code != files.end() && std::ranges::find(code->second, path) != code->second.end()) {
        code_.insert(file);
      }
    }
    read_package();
    read_relations();
    read_routes();
    read_commands();
    read_programs();
    read_room_names({.index = sources_.index,
                     .layout = sources_.layout,
                     .lock = sources_.lock,
                     .files = code_,
                     .package = package_},
                    room_);
    MLX_CHECK(read_room_settings({.project = sources_.project, .index = sources_.index, .code = code_}, files,
                                 room_));
    for (const auto& [file, lines] : locked_.lines) MLX_CHECK(read_added_lines(file, lines));
    return std::move(room_);
  }

 private:
  std::vector<std::string>& place_for(RoomKind kind) {
    switch (kind) {
      case RoomKind::kCode: return room_.code;
      case RoomKind::kConfiguration: return room_.configuration;
      case RoomKind::kTest: return room_.tests;
      case RoomKind::kOther: break;
    }
    return room_.others;
  }

  [[nodiscard]] const PythonModule& module(FileId file) const { return sources_.index.module(file); }
  [[nodiscard]] const std::string& path(FileId file) const { return sources_.index.python()[file].str(); }

  [[nodiscard]] std::string name_of(FileId file) const {
    return module_of(sources_.index.python()[file], sources_.layout);
  }

  /// The package at the top of its code says what it is for, and what it offers.
  void read_package() {
    for (const FileId file : code_) {
      if (sources_.index.python()[file].filename() != "__init__.py") continue;
      if (!package_ || path(file).size() < path(*package_).size()) package_ = file;
    }
    const auto speaker = package_            ? package_
                         : code_.size() == 1 ? std::optional(*code_.begin())
                                             : std::nullopt;
    if (speaker) room_.purpose = module(*speaker).summary;
    if (package_) room_.package = name_of(*package_);
  }

  void read_relations() {
    std::map<FileId, std::string> owners;
    for (const auto& [name, component] : sources_.lock.components) {
      for (const FileId file : file_ids(component, sources_.index)) owners.emplace(file, name);
    }
    std::set<std::string> used;
    for (const FileId file : code_) {
      for (const PythonImport& import : module(file).imports) {
        for (const FileId target : sources_.index.resolve(file, import).files) {
          const auto owner = owners.find(target);
          const bool is_of_another = owner != owners.end() && owner->second != room_.name;
          if (is_of_another && !adds_lines_to(owner->second, file)) used.insert(owner->second);
        }
      }
    }
    room_.builds_on.assign(used.begin(), used.end());
  }

  /// What a component put into a file of another does not make that one build on it.
  [[nodiscard]] bool adds_lines_to(const std::string& component, FileId file) const {
    return sources_.lock.components.at(component).lines.contains(path(file));
  }

  void read_routes() {
    std::set<std::pair<std::string, std::string>> found;
    for (const ResolvedRoute& route : resolve_routes(sources_.index, code_)) {
      if (!route.is_path_known) continue;
      for (const std::string& method : route.methods) found.emplace(route.path, method);
    }
    for (const auto& [route, method] : found) {
      room_.routes.push_back(method);
      room_.routes.back().append(" ").append(route);
    }
    for (const FileId file : code_) {
      for (const ApplicationFactory& factory : module(file).factories) read_wiring(file, factory);
    }
  }

  /// A function that includes routers of this component's modules: one more is included in the same way.
  void read_wiring(FileId file, const ApplicationFactory& factory) {
    const auto call = std::ranges::find_if(factory.calls, [](const std::string& one) {
      return one.ends_with(".include_router") || one.ends_with(".register_blueprint");
    });
    if (call == factory.calls.end() || room_.route_wiring) return;
    std::set<std::string> directories;
    std::string variable;
    for (const FileId other : code_) {
      for (const PythonRouter& router : module(other).routers) {
        const bool is_router = router.type.ends_with(".APIRouter") || router.type.ends_with(".Blueprint");
        if (!is_router || !router.function.empty() || other == file) continue;
        directories.insert(std::string(sources_.index.python()[other].parent()));
        variable = router.variable;
      }
    }
    if (directories.size() != 1) return;
    room_.route_wiring = RouteWiring{.directory = *directories.begin() + "/",
                                     .variable = variable,
                                     .function = factory.function,
                                     .file = path(file),
                                     .call = *call};
  }

  /// Typer's programs are told by their calls: one makes an application, one adds others to it.
  void read_commands() {
    CommandWiring wiring;
    for (const FileId file : code_) {
      const auto text = sources_.project.read(sources_.index.python()[file]);
      if (!text) continue;
      const std::string variable = typer_variable(*text);
      if (variable.empty()) continue;
      if (text->contains("\n" + variable + ".add_typer(")) {
        wiring.file = path(file);
        wiring.variable = variable;
      } else {
        wiring.groups.push_back(path(file));
      }
    }
    if (wiring.file.empty() && wiring.groups.size() == 1) {
      wiring.file = wiring.groups.front();
      wiring.variable = "app";
      wiring.groups.clear();
    }
    if (!wiring.file.empty()) room_.command_wiring = std::move(wiring);
  }

  /// The variable at the top level that holds a Typer application; empty if there is none.
  static std::string typer_variable(std::string_view text) {
    const auto at = text.find(" = typer.Typer(");
    if (at == std::string_view::npos) return {};
    const auto begin = text.rfind('\n', at) == std::string_view::npos ? 0 : text.rfind('\n', at) + 1;
    const std::string_view name = text.substr(begin, at - begin);
    return std::ranges::all_of(name, is_name_character) ? std::string(name) : "";
  }

  void read_programs() {
    for (const FileId file : code_) {
      const std::string name = name_of(file);
      if (sources_.index.python()[file].filename() == "__main__.py" && name.contains('.')) {
        room_.programs.push_back(name.substr(0, name.rfind('.')));
      }
    }
  }

  /// The calls among the lines that it added to a file of another component, as far as they are still there.
  Result<void> read_added_lines(const std::string& file, const AddedLines& lines) {
    const std::optional<std::string> present =
        MLX_TRY(read_if_present(sources_.project, MLX_TRY(RepoPath::parse(file))));
    std::vector<std::string> calls;
    for (std::string_view rest = lines.text; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (is_call(line) && present && present->contains(line)) {
        calls.emplace_back(line.substr(line.find_first_not_of(" \t")));
      }
    }
    if (!calls.empty()) room_.added_to.emplace(file, std::move(calls));
    return {};
  }

  /// A statement in a function that is nothing but a call: `    add_prediction(app)`.
  static bool is_call(std::string_view line) {
    const auto begin = line.find_first_not_of(" \t");
    const auto open = line.find('(');
    const bool is_whole =
        begin != std::string_view::npos && begin > 0 && open != std::string_view::npos && line.ends_with(')');
    return is_whole && std::ranges::all_of(line.substr(begin, open - begin),
                                           [](char c) { return is_name_character(c) || c == '.'; });
  }

  const RoomSources& sources_;
  const LockedComponent& locked_;
  ComponentRoom room_;
  std::set<FileId> code_;
  std::optional<FileId> package_;
};

}  // namespace

Result<ComponentRoom> read_room(const std::string& name, const RoomSources& sources) {
  return RoomReader(name, sources).run();
}

}  // namespace mlx
