#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/merge/merged_text.h"
#include "engine/merge/three_way_merge.h"

// One function for each command, given what was on the command line. Each returns the exit
// code: 0 done, 1 refused, something is in the way, or a check failed, 2 wrong usage or a failure.

namespace mlx::cli {

inline constexpr int kDone = 0;
inline constexpr int kRefused = 1;
inline constexpr int kFailed = 2;

enum class ColorChoice { kAuto, kAlways, kNever };

/// What the commands that work on a project share.
struct ProjectArguments {
  std::string directory = ".";
  std::string registry;  ///< empty: what the project's configuration says, else `builtin`
  bool json = false;
  bool offline = false;  ///< the network is not asked
  ColorChoice color = ColorChoice::kAuto;
};

struct AddArguments {
  ProjectArguments project;
  std::vector<std::string> components;
  bool dry_run = false;
  bool overwrite = false;
  bool sync = false;  ///< then have other tools bring their locks and files up to date
};

struct CreateArguments {
  ProjectArguments project;  ///< its directory is the one to be made; the last part is the name
  std::vector<std::string> components;
  bool takes_all = false;
  bool without_projen = false;
  std::string python = "3.11";
  std::string forge = "github";
  bool sync = false;  ///< run other tools although the components are from a catalogue that was named
};

struct RemoveArguments {
  ProjectArguments project;
  std::vector<std::string> components;
  bool dry_run = false;
  bool force = false;
  bool sync = false;  ///< then have other tools bring their locks and files up to date
};

struct UpdateArguments {
  ProjectArguments project;
  std::vector<std::string> components;  ///< empty: all that are installed
  std::string to;                       ///< empty: the newest that may be
  bool dry_run = false;
  bool sync = false;  ///< then have other tools bring their locks and files up to date
};

struct DiffArguments {
  ProjectArguments project;
  std::vector<std::string> components;  ///< empty: all that are installed
};

struct CheckArguments {
  ProjectArguments project;
  std::vector<std::string> components;  ///< that the project might get, beside those that it has
  bool matrix = false;                  ///< all pairs of components too
  bool explain = false;                 ///< what each score is made of
  bool sarif = false;                   ///< for code scanning
  bool markdown = false;                ///< for a comment or a job's summary
  bool advise = false;                  ///< a model may say what it thinks of the findings
};

struct ExplainArguments {
  std::string finding;  ///< a code, or an id that begins with one; empty: list all
  bool markdown = false;
};

struct ListArguments {
  ProjectArguments project;
  std::string query;
  bool installed = false;
  bool names = false;  ///< one name on each line, for shells that complete
};

struct InfoArguments {
  ProjectArguments project;
  std::string component;
};

struct RecommendArguments {
  ProjectArguments project;
  std::optional<std::size_t> limit;  ///< nothing: what the configuration says
};

enum class TestFormat { kPytest, kGithub, kGitlab };

struct TestArguments {
  std::string directory = ".";
  std::string since;  ///< empty: the branch that others take as theirs
  TestFormat format = TestFormat::kPytest;
  bool run = false;
  bool explain = false;
  bool json = false;
  ColorChoice color = ColorChoice::kAuto;
  std::vector<std::string> pytest;  ///< arguments for it
};

struct MergeArguments {
  std::string base;
  std::string ours;
  std::string theirs;
  std::string output;                     ///< standard output if empty
  std::string path;                       ///< whose ending tells the language, if not that of `ours`
  std::vector<std::string> labels;        ///< of ours, base and theirs, as git orders them
  std::optional<MergeLanguage> language;  ///< what the path says if it is not given
  ConflictStyle style = ConflictStyle::kMerge;
  std::size_t marker_size = 7;
  bool explains = false;
  bool installs_driver = false;
  bool uninstalls_driver = false;
  bool is_global = false;  ///< of the driver: for all of the user's repositories
};

struct InitArguments {
  std::string directory = ".";
  std::string source_root;
  std::string import_root;
  bool json = false;
};

struct ExtractArguments {
  std::string directory = ".";
  std::vector<std::string> paths;       ///< only components that have something there
  std::vector<std::string> components;  ///< NAME=PATH, beside those that are configured
  std::string out;                      ///< empty: mlx-components in the project
  std::string explain;
  bool check = false;
  bool prune = false;
  bool bump = false;
  bool no_cache = false;  ///< read every file anew
  bool json = false;
};

struct RegistryArguments {
  std::string directory = "mlx-components";
  std::string name = "mlx";
  std::string homepage;
  std::string address;
  std::string listen = "127.0.0.1:0";
  bool json = false;
};

struct RulesArguments {
  ProjectArguments project;
  bool check = false;  ///< only whether they are up to date
  bool dry_run = false;
  bool overwrite = false;
};

struct McpArguments {
  ProjectArguments project;
  bool may_write = false;
};

struct ServeArguments {
  std::string config_file;
  bool asks_health = false;  ///< of the bot that runs with these settings, instead of running one
  std::map<std::string, std::string, std::less<>> flags;  ///< by setting, without the dashes
};

struct ActionArguments {
  bool verbose = false;
};

struct SandboxArguments {
  std::string listen = "127.0.0.1:0";
  std::string project;
  std::string name;
  std::string bot_settings;  ///< file to be written for `mlx serve --config`; none if empty
};

[[nodiscard]] int create(const CreateArguments& arguments);
[[nodiscard]] int add(const AddArguments& arguments);
[[nodiscard]] int remove(const RemoveArguments& arguments);
[[nodiscard]] int update(const UpdateArguments& arguments);
[[nodiscard]] int diff(const DiffArguments& arguments);
[[nodiscard]] int check(const CheckArguments& arguments);
[[nodiscard]] int explain(const ExplainArguments& arguments);
[[nodiscard]] int list(const ListArguments& arguments);
[[nodiscard]] int info(const InfoArguments& arguments);
[[nodiscard]] int recommend(const RecommendArguments& arguments);
[[nodiscard]] int status(const ProjectArguments& arguments);
[[nodiscard]] int test(const TestArguments& arguments);
[[nodiscard]] int extract(const ExtractArguments& arguments);
[[nodiscard]] int registry_build(const RegistryArguments& arguments);
[[nodiscard]] int registry_validate(const RegistryArguments& arguments);
[[nodiscard]] int registry_serve(const RegistryArguments& arguments);
[[nodiscard]] int merge(const MergeArguments& arguments);
[[nodiscard]] int init(const InitArguments& arguments);
[[nodiscard]] int doctor(const ProjectArguments& arguments);
[[nodiscard]] int write_rules(const RulesArguments& arguments);
[[nodiscard]] int mcp(const McpArguments& arguments);
[[nodiscard]] int serve(const ServeArguments& arguments);
[[nodiscard]] int action_job(const ActionArguments& arguments);
[[nodiscard]] int sandbox(const SandboxArguments& arguments);

}  // namespace mlx::cli
