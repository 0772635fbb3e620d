#include "sandbox/faults.h"

namespace mlx {

Result<Fault> Fault::parse(const nlohmann::json& value) {
  const auto wrong = [](const std::string& field, const std::string& problem) {
    return fail(ErrorCode::kInvalidInput, problem, Location{.file = {}, .field = field});
  };
  if (!value.is_object()) return wrong("", "a fault is a JSON object");
  Fault fault;
  for (const auto& [key, member] : value.items()) {
    if (key == "method" && member.is_string()) {
      fault.method = member;
    } else if (key == "path" && member.is_string()) {
      fault.path = member;
    } else if (key == "when" && member == "before") {
      fault.when = When::kBefore;
    } else if (key == "when" && member == "after") {
      fault.when = When::kAfter;
    } else if (key == "when" && member == "silence") {
      fault.when = When::kSilence;
    } else if (key == "status" && member.is_number_integer()) {
      fault.status = member;
    } else if (key == "times" && member.is_number_integer()) {
      fault.times = member;
    } else if (key == "body") {
      fault.body = member.is_string() ? member.get<std::string>() : member.dump();
    } else if (key == "headers" && member.is_object()) {
      for (const auto& [name, text] : member.items()) {
        fault.headers.emplace_back(name, text.is_string() ? text.get<std::string>() : text.dump());
      }
    } else {
      return wrong(key, "unknown field of a fault, or a value that it cannot have");
    }
  }
  return fault;
}

namespace sandbox {

Result<void> FaultList::add(Fault fault) {
  try {
    std::regex path(fault.path, std::regex::ECMAScript | std::regex::optimize);
    const std::scoped_lock lock(mutex_);
    entries_.push_back({std::move(fault), std::move(path)});
    return {};
  } catch (const std::regex_error& error) {
    return fail(ErrorCode::kInvalidInput, error.what(), Location{.file = {}, .field = "path"});
  }
}

void FaultList::clear() {
  const std::scoped_lock lock(mutex_);
  entries_.clear();
}

std::optional<Fault> FaultList::take(const std::string& method, const std::string& path) {
  const std::scoped_lock lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->fault.method != "*" && entry->fault.method != method) continue;
    if (!std::regex_search(path, entry->path)) continue;
    Fault fault = entry->fault;
    if (--entry->fault.times <= 0) entries_.erase(entry);
    return fault;
  }
  return std::nullopt;
}

}  // namespace sandbox
}  // namespace mlx
