#include "sandbox/state.h"

#include <array>
#include <ctime>
#include <stdexcept>

namespace mlx::sandbox {
namespace {

constexpr std::array<std::string_view, 6> kRoleNames{"none", "read", "triage", "write", "maintain", "admin"};

}  // namespace

std::string_view to_string(Role role) { return kRoleNames.at(static_cast<std::size_t>(role)); }

std::optional<Role> parse_role(std::string_view name) {
  if (name == "pull") return Role::kRead;
  if (name == "push") return Role::kWrite;
  for (std::size_t at = 1; at < kRoleNames.size(); ++at) {
    if (kRoleNames.at(at) == name) return static_cast<Role>(at);
  }
  return std::nullopt;
}

std::string User::email() const { return std::to_string(id) + "+" + login + "@users.noreply.github.com"; }

const PullRequest& Issue::pull_request() const {
  if (!pull) throw std::logic_error("issue " + std::to_string(number) + " is not a pull request");
  return *pull;
}

PullRequest& Issue::pull_request() {
  if (!pull) throw std::logic_error("issue " + std::to_string(number) + " is not a pull request");
  return *pull;
}

const User* State::find_user(std::string_view login) const {
  const std::string wanted = to_lower(login);
  if (to_lower(repository.owner.login) == wanted) return &repository.owner;
  for (const User& user : users) {
    if (to_lower(user.login) == wanted) return &user;
  }
  return nullptr;
}

User* State::find_user(std::string_view login) {
  const std::string wanted = to_lower(login);
  for (User& user : users) {
    if (to_lower(user.login) == wanted) return &user;
  }
  return nullptr;
}

const User* State::find_user_by_email(std::string_view email) const {
  for (const User& user : users) {
    if (user.email() == email || user.login + "@users.noreply.github.com" == email) return &user;
  }
  return nullptr;
}

std::vector<const Comment*> State::comments_of(int issue) const {
  std::vector<const Comment*> found;
  for (const auto& [id, comment] : comments) {
    if (comment.issue == issue) found.push_back(&comment);
  }
  return found;
}

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string timestamp(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return {};
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::optional<Time> parse_timestamp(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr) return std::nullopt;
  if (*end == '.') {
    ++end;
    while (*end >= '0' && *end <= '9') ++end;
  }
  long offset = 0;
  if (*end == '+' || *end == '-') {
    std::tm zone{};
    if (::strptime(end + 1, "%H:%M", &zone) == nullptr) return std::nullopt;
    offset = (zone.tm_hour * 3600L + zone.tm_min * 60L) * (*end == '-' ? -1 : 1);
  } else if (std::string_view(end) != "Z") {
    return std::nullopt;
  }
  return Time(std::chrono::seconds(::timegm(&parts) - offset));
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace mlx::sandbox
