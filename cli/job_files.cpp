#include "cli/job_files.h"

#include <fstream>
#include <iterator>

#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

constexpr std::size_t kLargestEvent = 25U << 20U;  // GitHub's own limit

}  // namespace

Result<std::string> read_event_file(const std::filesystem::path& path, std::string_view variable) {
  std::ifstream file(path, std::ios::binary);
  const Location place{.file = path.string()};
  if (!file) {
    return fail(ErrorCode::kInvalidInput,
                "the file of the event, " + std::string(variable) + ", cannot be read", place);
  }
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.empty()) return fail(ErrorCode::kInvalidInput, "the file of the event is empty", place);
  if (text.size() > kLargestEvent)
    return fail(ErrorCode::kInvalidInput, "the file of the event is larger than events are", place);
  return text;
}

Result<void> write_reports(const std::filesystem::path& workspace,
                           const std::vector<std::pair<std::string, std::string>>& files) {
  const std::string directory(kReportDirectory);
  const Directory top = MLX_TRY(Directory::open(workspace));
  ChangePlan plan;
  const auto add = [&](const std::string& name, const std::string& text) -> Result<void> {
    FileChange change{.path = MLX_TRY(RepoPath::parse(directory + "/" + name)), .before = {}, .after = text};
    if (is_file(MLX_TRY(top.kind(change.path)))) change.before = MLX_TRY(top.read(change.path));
    if (change.before != change.after) plan.files.push_back(std::move(change));
    return {};
  };
  MLX_CHECK(add(".gitignore", "*\n"));
  for (const auto& [name, text] : files) MLX_CHECK(add(name, text));
  return apply_plan(plan, workspace);
}

}  // namespace mlx::cli
