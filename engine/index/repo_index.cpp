#include "engine/index/repo_index.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "engine/base/repo_path.h"
#include "engine/index/module_codec.h"

namespace mlx {
namespace {

bool is_source_directory(std::string_view name) {
  return !name.starts_with('.') && name != "__pycache__" && name != "node_modules";
}

/// Every file below a directory, without recursion: a tree may be deep.
Result<std::vector<IndexedFile>> list_files(const Snapshot& snapshot) {
  std::vector<IndexedFile> files;
  std::vector<std::string> todo = {""};
  while (!todo.empty()) {
    const std::string directory = std::move(todo.back());
    todo.pop_back();
    const auto entries = MLX_TRY(snapshot.children(directory));
    const auto has = [&](std::string_view name) {
      return std::ranges::find(entries, name, &Entry::name) != entries.end();
    };
    const bool is_environment = has("pyvenv.cfg");
    // A component of a catalogue: its templates are copies of what the source has.
    const bool is_component = has("component.json") && has("templates");
    if (is_environment || is_component) continue;
    for (const Entry& entry : entries) {
      std::string path = joined_path(directory, entry.name);
      if (entry.kind == EntryKind::kDirectory) {
        if (is_source_directory(entry.name)) todo.push_back(std::move(path));
      } else if (is_file(entry.kind)) {
        // A name that could not be written again, with a line end for example, is nobody's source.
        if (auto parsed = RepoPath::parse(path))
          files.push_back({.path = std::move(*parsed), .kind = entry.kind});
      }
    }
  }
  std::ranges::sort(files, {}, &IndexedFile::path);
  return files;
}

/// Empty if the cache has none that are sound.
std::string known_facts(IndexCache& cache, const BlobId& content) {
  auto known = cache.find(content);
  return known && is_encoded_module(*known) ? *std::move(known) : std::string();
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<RepoIndex> RepoIndex::build(const Snapshot& snapshot, IndexCache& cache,
                                   const std::vector<std::string>& source_roots) {
  RepoIndex index;
  index.files_ = MLX_TRY(list_files(snapshot));
  std::vector<BlobId> contents;
  std::vector<RepoPath> unknown;
  for (const IndexedFile& file : index.files_) {
    if (!file.path.str().ends_with(".py")) continue;
    contents.push_back(MLX_TRY(snapshot.blob_id(file.path)));
    Module module{.encoded = known_facts(cache, contents.back()), .decoded = nullptr};
    if (module.encoded.empty()) unknown.push_back(file.path);
    index.by_path_.emplace(file.path.str(), index.python_.size());
    index.python_.push_back(file.path);
    index.modules_.push_back(std::move(module));
  }
  if (!unknown.empty()) snapshot.prepare(unknown);
  for (FileId file = 0; file < contents.size(); ++file) {
    Module& module = index.modules_[file];
    // Two files may be the same: the first was read by now.
    if (module.encoded.empty()) module.encoded = known_facts(cache, contents[file]);
    if (!module.encoded.empty()) continue;
    module.decoded =
        std::make_unique<PythonModule>(read_python_module(MLX_TRY(snapshot.read(index.python_[file]))));
    cache.store(contents[file], encode_module(*module.decoded));
    ++index.read_count_;
  }
  std::set<std::string> roots(source_roots.begin(), source_roots.end());
  for (const RepoPath& path : index.python_) {
    if (path.filename() == "__init__.py") roots.emplace(index.package_root(path.str()));
  }
  index.roots_.assign(roots.begin(), roots.end());
  std::ranges::sort(index.roots_, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  return index;
}

const PythonModule& RepoIndex::module(FileId file) const {
  Module& module = modules_[file];
  if (!module.decoded) {
    auto decoded = decode_module(module.encoded);
    if (!decoded) throw std::logic_error("a module that was encoded cannot be decoded");
    module.decoded = std::make_unique<PythonModule>(*std::move(decoded));
    module.encoded = std::string();
  }
  return *module.decoded;
}

std::optional<FileId> RepoIndex::find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? std::nullopt : std::optional(found->second);
}

bool RepoIndex::has_file(std::string_view path) const {
  const auto found = std::ranges::lower_bound(
      files_, path, {}, [](const IndexedFile& f) -> std::string_view { return f.path.str(); });
  return found != files_.end() && found->path.str() == path;
}

/// The directory above the outermost package around a file.
std::string_view RepoIndex::package_root(std::string_view path) const {
  std::string_view directory = parent_directory(path);
  while (!directory.empty() && by_path_.contains(joined_path(directory, "__init__.py")))
    directory = parent_directory(directory);
  return directory;
}

std::string RepoIndex::module_name(FileId file) const {
  std::string_view path = python_[file].str();
  // The nearest root that is not inside a package.
  const std::string_view outermost = package_root(path);
  std::string_view root;
  bool is_found = false;
  for (const std::string& candidate : roots_) {
    const bool is_above = candidate.empty() || path.starts_with(candidate + "/");
    const bool is_inside_package = candidate.size() > outermost.size();
    if (!is_above || is_inside_package) continue;
    root = candidate;
    is_found = true;
    break;
  }
  if (!is_found) root = outermost;
  if (!root.empty()) path.remove_prefix(root.size() + 1);
  path.remove_suffix(3);
  if (path == "__init__") path = {};
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  std::string dotted;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (!is_identifier(path.substr(0, slash))) return {};
    dotted += (dotted.empty() ? "" : ".") + std::string(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return dotted;
}

std::optional<FileId> RepoIndex::file_below(std::string_view root, std::string_view dotted) const {
  if (dotted.empty()) return std::nullopt;
  std::string path = joined_path(root, dotted);
  std::ranges::replace(path.begin() + static_cast<std::ptrdiff_t>(root.size()), path.end(), '.', '/');
  // A package hides a module of the same name.
  if (const auto package = find(path + "/__init__.py")) return package;
  return find(path + ".py");
}

std::optional<FileId> RepoIndex::file_of_module(std::string_view dotted) const {
  for (const std::string& root : roots_) {
    if (const auto file = file_below(root, dotted)) return file;
  }
  return std::nullopt;
}

ResolvedImport RepoIndex::resolve(FileId from, const PythonImport& import) const {
  ResolvedImport resolved;
  const std::string& path = python_[from].str();
  std::vector<std::string> names;  // longest first: `from a import b` may name a module `a.b`
  const bool may_name_module = !import.name.empty() && import.name != "*";
  if (import.level > 0) {
    std::string_view directory = parent_directory(path);
    for (std::uint32_t i = 1; i < import.level; ++i) directory = parent_directory(directory);
    if (may_name_module)
      names.push_back(import.module.empty() ? import.name : import.module + "." + import.name);
    if (!import.module.empty()) names.push_back(import.module);
    for (const std::string& name : names) {
      if (const auto file = file_below(directory, name)) {
        resolved.files.push_back(*file);
        return resolved;
      }
    }
    if (const auto package = find(joined_path(directory, "__init__.py"))) resolved.files.push_back(*package);
    return resolved;
  }
  if (may_name_module) names.push_back(import.module + "." + import.name);
  names.push_back(import.module);
  for (const std::string& name : names) {
    // What stands beside a script is found first, as Python does.
    auto file = file_below(package_root(path), name);
    if (!file) file = file_of_module(name);
    if (file && *file != from) {
      resolved.files.push_back(*file);
      return resolved;
    }
    if (file) return resolved;
  }
  resolved.external = import.module;
  if (may_name_module) resolved.external += "." + import.name;
  return resolved;
}

}  // namespace mlx
