#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/extract/platform.h"

namespace mlx {

/// One component's share of a platform.
struct ComponentPart {
  std::string name;
  std::string import_root;         ///< of the code root that holds it
  std::string root_directory;      ///< that code root
  std::vector<std::string> paths;  ///< directories or files of its sources
  bool is_configured = false;
  std::set<FileId> sources;       ///< Python modules
  std::set<std::string> data;     ///< other files beside them: `py.typed`, SQL, templates
  std::set<std::string> tests;    ///< paths, of any kind
  std::set<std::string> configs;  ///< paths of Hydra's YAML
};

/// Why one component needs another: an import that ties them.
struct ComponentTie {
  std::string from;
  std::string to;
  bool is_optional = false;  ///< it works without: in a `try`, or for type checkers only
  Evidence evidence;
};

struct Boundaries {
  std::vector<ComponentPart> parts;     ///< by name
  std::map<FileId, std::size_t> owner;  ///< of sources, as an index into parts
  std::vector<ComponentTie> ties;       ///< between sources, in the order of files and lines

  [[nodiscard]] const ComponentPart* find(std::string_view name) const;
};

/// Divides a platform's code into components: those that the configuration names have their paths;
/// every other package directly below a code root is one of its own; modules that lie directly in a
/// code root are together one with the root's name. What imports each other in a circle is reported
/// with the imports that tie it, and is one component, unless the configuration keeps it apart,
/// which is an error.
[[nodiscard]] Boundaries find_boundaries(const Platform& platform, std::vector<Finding>& findings);

/// Gives every test and every configuration file to the component that it is for: by a directory of
/// the same name (`tests/api`, `conf/api`), else by what it imports or names. What cannot be
/// told is reported.
void assign_tests(const Platform& platform, Boundaries& boundaries, std::vector<Finding>& findings);
void assign_configs(const Platform& platform, Boundaries& boundaries, std::vector<Finding>& findings);

/// The components that `name` requires, directly or through others.
[[nodiscard]] std::set<std::string> required_by_imports(const Boundaries& boundaries,
                                                        const std::string& name);

}  // namespace mlx
