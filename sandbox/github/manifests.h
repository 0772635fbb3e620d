#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/github/api.h"

/// Registering an App from a manifest: a page of GitHub takes the manifest, the person there confirms it, and
/// the code that the browser takes home is exchanged for the App's credentials.
namespace mlx::sandbox::github {

struct AppManifest {
  std::string name;
  std::string url;
  std::string hook_url;  ///< empty: no webhook
  bool is_hook_active = true;
  std::string redirect_url;
  bool is_public = false;
  Permissions permissions;
  std::vector<std::string> events;
};

/// 422 with every complaint if it is none that GitHub would take.
[[nodiscard]] Answer<AppManifest> read_manifest(std::string_view text);

/// Makes it the sandbox's one App, owned by this account and installed nowhere, and pings its webhook.
/// Returns the code, or why the actor may not do that.
[[nodiscard]] Answer<std::string> register_app(Context& context, const AppManifest& manifest,
                                               const std::string& owner);

/// Installs the App on the repository's owner.
[[nodiscard]] Answer<void> install_app(Context& context);

}  // namespace mlx::sandbox::github
