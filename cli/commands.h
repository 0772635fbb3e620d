#pragma once

#include <map>
#include <string>
#include <vector>

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
  ColorChoice color = ColorChoice::kAuto;
};

struct AddArguments {
  ProjectArguments project;
  std::vector<std::string> components;
  bool dry_run = false;
  bool overwrite = false;
};

struct RemoveArguments {
  ProjectArguments project;
  std::vector<std::string> components;
  bool dry_run = false;
  bool force = false;
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

struct InitArguments {
  std::string directory = ".";
  std::string source_root;
  std::string import_root;
  bool json = false;
};

struct ServeArguments {
  std::string config_file;
  std::map<std::string, std::string, std::less<>> flags;  ///< by setting, without the dashes
};

struct SandboxArguments {
  std::string listen = "127.0.0.1:0";
  std::string project;
  std::string name;
};

[[nodiscard]] int add(const AddArguments& arguments);
[[nodiscard]] int remove(const RemoveArguments& arguments);
[[nodiscard]] int list(const ListArguments& arguments);
[[nodiscard]] int info(const InfoArguments& arguments);
[[nodiscard]] int status(const ProjectArguments& arguments);
[[nodiscard]] int init(const InitArguments& arguments);
[[nodiscard]] int doctor(const ProjectArguments& arguments);
[[nodiscard]] int serve(const ServeArguments& arguments);
[[nodiscard]] int sandbox(const SandboxArguments& arguments);

}  // namespace mlx::cli
