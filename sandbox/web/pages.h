#pragma once

#include <optional>
#include <string>

#include "sandbox/git/git_store.h"
#include "sandbox/github/service.h"
#include "sandbox/http/message.h"
#include "sandbox/state.h"

namespace mlx::sandbox::web {

/// The web pages, for people. Forms do what the API does, as the user that they choose.
/// Takes the state's mutex for every page. Safe to use from every thread.
class Pages {
 public:
  /// All three must outlive the pages.
  Pages(State& state, GitStore& git, github::Service& service);

  [[nodiscard]] HttpResponse answer(const HttpRequest& request);

  /// A small picture with the user's first letter.
  [[nodiscard]] static HttpResponse avatar(const std::string& login);

 private:
  [[nodiscard]] HttpResponse show(const HttpRequest& request, const std::string& path);
  [[nodiscard]] HttpResponse submit(const HttpRequest& request, const std::string& path);
  [[nodiscard]] std::optional<HttpResponse> press(const std::string& path, const Fields& form);
  /// GitHub's own pages about Apps, which are below no repository. Nothing if the path is none of them.
  [[nodiscard]] std::optional<HttpResponse> answer_apps(const HttpRequest& request, const std::string& path);
  /// The page after what the API was asked for the user: `next`, below the repository, or that of what was
  /// made.
  [[nodiscard]] HttpResponse finish(const HttpResponse& done, const std::string& user,
                                    const std::string& next);

  State& state_;
  GitStore& git_;
  github::Service& service_;
};

}  // namespace mlx::sandbox::web
