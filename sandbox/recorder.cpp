#include "sandbox/recorder.h"

namespace mlx::sandbox {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kKept = 5000;

/// JSON as a value, other text as a string, nothing as null.
Json parsed(const std::string& body) {
  if (body.empty()) return nullptr;
  Json json = Json::parse(body, nullptr, false);
  return json.is_discarded() ? Json(body) : json;
}

Json to_json(const HttpRequest& request, const HttpResponse* response) {
  Json query = Json::object();
  for (const auto& [name, value] : request.query) query[name] = value;
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) {
    headers[name] = name == "authorization" ? value.substr(0, value.find(' ')) : value;
  }
  return {{"method", request.method},
          {"path", request.path},
          {"query", std::move(query)},
          {"headers", std::move(headers)},
          {"body", parsed(request.body)},
          {"status", response == nullptr ? 0 : response->status},
          {"response", response == nullptr ? Json() : parsed(response->body)}};
}

}  // namespace

Result<void> Recorder::open(const std::filesystem::path& file) {
  const std::scoped_lock lock(mutex_);
  file_.open(file, std::ios::binary | std::ios::trunc);
  if (!file_) return fail(ErrorCode::kIo, "cannot write " + file.string());
  return {};
}

void Recorder::record(const HttpRequest& request, const HttpResponse* response) {
  Json json = to_json(request, response);
  const std::scoped_lock lock(mutex_);
  if (file_.is_open()) {
    file_ << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
  }
  requests_.push_back(std::move(json));
  if (requests_.size() > kKept) requests_.pop_front();
}

Json Recorder::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void Recorder::clear() {
  const std::scoped_lock lock(mutex_);
  requests_.clear();
}

}  // namespace mlx::sandbox
