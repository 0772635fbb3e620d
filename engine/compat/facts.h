#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/component.h"
#include "engine/index/repo_index.h"

/// What the rules of compatibility look at: plain values, each with the place that shows it.
namespace mlx {

struct RouteFact {
  std::string method;
  std::string path;  ///< with the prefixes of its routers
  std::string handler;
  std::string
      application;  ///< that answers it, `FILE:FUNCTION.VARIABLE`; empty: whichever includes its router
  Evidence place;
};

/// An environment variable that is read.
struct VariableFact {
  std::string name;
  std::optional<std::string> default_value;  ///< nothing if the code names none; of a secret never known
  std::string type;                          ///< annotation of a settings field; empty if it has none
  Evidence place;
};

/// A distribution that is declared, or that a component requires.
struct RequirementFact {
  Requirement requirement;
  std::string group;  ///< empty for a main dependency
  Evidence place;     ///< no file for a component that is not installed: its description says so
};

/// A key of a Hydra configuration file.
struct ConfigKeyFact {
  std::string file;
  std::string header;  ///< of its first comment, `# @package store`; empty if it has none
  std::string key;     ///< dotted
  std::string value;
  Evidence place;
};

/// A file of a group that a primary Hydra file always composes: `- db@store: postgres`.
struct ConfigChoiceFact {
  std::string file;     ///< `conf/db/postgres.yaml`; it need not be there
  std::string package;  ///< behind the `@`; empty if there is none
  Evidence place;       ///< in the defaults list
};

/// An option of which Hydra finds two different files on its search path, and reads the first.
struct HiddenOptionFact {
  std::string option;  ///< `db/postgres.yaml`
  std::string read;    ///< `conf/db/postgres.yaml`
  std::string hidden;  ///< `src/shop/conf/db/postgres.yaml`
  Evidence place;      ///< of the entry that puts the directory of the hidden one on the search path
};

/// Something that is registered under a name, where nothing else may have that name.
struct PluginFact {
  std::string registry;  ///< `src.models.MODELS.register`, or `entry points of shop.readers`
  std::string name;
  std::string target;  ///< of an entry point, `module:object`; empty for code
  Evidence place;
};

/// A server that code starts on a port of the machine.
struct ListenerFact {
  std::string port;
  std::string application;     ///< dotted: `shop.api.app`; empty for one of metrics
  bool is_background = false;  ///< it runs beside the rest of the program
  bool is_conditional = false;
  FileId file = 0;
  Evidence place;
};

/// A service of a compose file, or one that code needs.
struct ServiceFact {
  std::string name;
  std::string image;                    ///< empty if not known
  std::vector<std::string> host_ports;  ///< that it takes on the machine
  bool is_built = false;                ///< from the project, rather than an image that is fetched
  Evidence place;
};

/// A module or package by the path that it has without `.py` and `/__init__.py`: `src/api`.
struct ModuleFact {
  std::string place;
  std::string file;
};

/// A command that installing the project makes.
struct ScriptFact {
  std::string name;
  std::string target;  ///< `module:function`
  Evidence place;
};

/// A module that the project imports and does not have, and that a component which could be had brings.
struct NeededModuleFact {
  std::string module;     ///< as the project imports it: `shop.api.app`
  std::string component;  ///< as `mlx add` takes it: `api-serving`, `@acme/api-serving`
  Evidence place;         ///< of the import
};

/// One side of a comparison: a component, or what of a project belongs to none. Refers to the index, which
/// must outlive it.
struct Party {
  std::string name;                    ///< of the component; empty: the project's own code
  const RepoIndex* index = nullptr;    ///< that has its sources
  std::optional<Component> component;  ///< its description, as far as that can be had
  bool is_installed = true;            ///< false for a component that the project might get

  std::set<FileId> sources;  ///< Python modules that are neither tests nor examples
  std::set<FileId> tests;
  /// All its files by path, where they are or would be, with what they hold as far as that matters.
  std::map<std::string, std::optional<BlobId>> files;
  std::vector<ModuleFact> modules;  ///< by place
  std::vector<RouteFact> routes;
  std::vector<VariableFact> variables;
  std::vector<ConfigKeyFact> config;
  std::vector<ConfigChoiceFact> config_choices;
  std::vector<PluginFact> plugins;
  std::vector<ListenerFact> listeners;
  std::vector<RequirementFact> requirements;
  std::string requires_python;  ///< PEP 440; empty if it says nothing
  Evidence requires_python_place;
  std::vector<ScriptFact> scripts;
  std::vector<ServiceFact> services;         ///< that its compose files start
  std::vector<ServiceFact> needed_services;  ///< that must run for its code to work

  /// What to call it in a sentence: `api-serving`, or `the project`.
  [[nodiscard]] std::string title() const;
  /// The module that a file holds.
  [[nodiscard]] const PythonModule& module(FileId file) const { return index->module(file); }
  [[nodiscard]] const std::string& path(FileId file) const { return index->python()[file].str(); }
};

/// A project with all that is in it, and the components that it might get.
struct CompatFacts {
  Party project;                  ///< what belongs to no component
  std::vector<Party> components;  ///< by name
  Evidence project_file;          ///< that declares dependencies: `pyproject.toml`; no file if there is none
  Evidence lock_file;             ///< `mlx.lock`; no file if there is none
  bool has_compose_file = false;
  bool imports_tests_by_path = false;  ///< pytest is told to: `--import-mode=importlib`
  /// Versions that the project's lock file pins, by normalized name.
  std::map<std::string, std::string> locked_versions;
  std::set<std::string> known_components;  ///< names of all that could be had
  std::vector<NeededModuleFact> needed_modules;
  std::vector<HiddenOptionFact> hidden_options;

  [[nodiscard]] const Party* find(std::string_view component) const;
};

}  // namespace mlx
