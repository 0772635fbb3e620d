#include "tests/support/git_repository.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace mlx::test {
namespace {

std::string output_of(const std::string& command) {
  int status = -1;
  std::string output;
  {
    const auto close = [&status](FILE* pipe) { status = ::pclose(pipe); };
    // A shell on purpose: the commands are the tests' own.
    FILE* const opened = ::popen(command.c_str(), "r");  // NOLINT(cert-env33-c)
    const std::unique_ptr<FILE, decltype(close)> pipe(opened, close);
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::array<char, 4096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
      output.append(buffer.data(), count);
    }
  }
  if (status != 0) throw std::runtime_error("failed: " + command);
  return output;
}

}  // namespace

GitRepository::GitRepository(std::filesystem::path directory) : directory_(std::move(directory)) {
  std::filesystem::create_directories(directory_);
  git("init -q -b main");
}

void GitRepository::write(const std::string& path, const std::string& text) const {
  std::filesystem::create_directories((directory_ / path).parent_path());
  std::ofstream out(directory_ / path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

std::string GitRepository::commit(const std::string& message) const {
  git("add -A");
  git("commit -q --allow-empty -m '" + message + "'");
  return git("rev-parse HEAD");
}

std::string GitRepository::git(const std::string& words) const {
  std::string output = output_of(
      "GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@example.com "
      "GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@example.com git -c protocol.file.allow=always -C '" +
      directory_.string() + "' " + words);
  if (output.ends_with('\n')) output.pop_back();
  return output;
}

}  // namespace mlx::test
