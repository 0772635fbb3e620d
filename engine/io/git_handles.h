#pragma once

#include <git2.h>

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "engine/base/error.h"

// libgit2's handles with their owners, for the files of this directory.

namespace mlx::git {

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};
template <typename T, auto function>
using Handle = std::unique_ptr<T, Free<function>>;

using Repository = Handle<git_repository, git_repository_free>;
using Object = Handle<git_object, git_object_free>;
using Tree = Handle<git_tree, git_tree_free>;
using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;
using Blob = Handle<git_blob, git_blob_free>;
using Odb = Handle<git_odb, git_odb_free>;
using Reference = Handle<git_reference, git_reference_free>;
using Remote = Handle<git_remote, git_remote_free>;

/// Keeps libgit2 started; one in every object that uses it.
class Library {
 public:
  Library() { git_libgit2_init(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() { git_libgit2_shutdown(); }
};

/// A handle for a function that hands one out through its first argument; empty when it fails.
template <typename H, typename Function, typename... Arguments>
[[nodiscard]] H make(Function function, Arguments... arguments) {
  typename H::pointer raw = nullptr;
  if (function(&raw, arguments...) != 0) return H();
  return H(raw);
}

[[nodiscard]] inline std::string to_hex(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ + 1> text{};
  git_oid_tostr(text.data(), text.size(), &id);
  return text.data();
}

/// What libgit2 has just complained about.
[[nodiscard]] inline std::string last_message() {
  const git_error* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "git failed" : error->message;
}

/// Sparse and partial clones mark themselves by extensions that do not change how objects are read.
inline void accept_sparse_and_partial_clones() {
  static std::once_flag once;
  std::call_once(once, [] {
    std::array<const char*, 3> extensions = {"worktreeconfig", "partialclone", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
  });
}

/// What could not be done, and why.
[[nodiscard]] inline std::unexpected<Error> failed(const std::string& what) {
  return fail(ErrorCode::kIo, what + ": " + last_message());
}

}  // namespace mlx::git
