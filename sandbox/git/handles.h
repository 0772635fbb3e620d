#pragma once

#include <git2.h>

#include <array>
#include <memory>
#include <string>

#include "engine/base/error.h"

namespace mlx::sandbox::git {

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};
template <typename T, auto function>
using Handle = std::unique_ptr<T, Free<function>>;

using Object = Handle<git_object, git_object_free>;
using Tree = Handle<git_tree, git_tree_free>;
using TreeBuilder = Handle<git_treebuilder, git_treebuilder_free>;
using TreeItem = Handle<git_tree_entry, git_tree_entry_free>;
using Blob = Handle<git_blob, git_blob_free>;
using CommitObject = Handle<git_commit, git_commit_free>;
using Odb = Handle<git_odb, git_odb_free>;
using Reference = Handle<git_reference, git_reference_free>;
using ReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using RevisionWalk = Handle<git_revwalk, git_revwalk_free>;
using Diff = Handle<git_diff, git_diff_free>;
using Patch = Handle<git_patch, git_patch_free>;
using Index = Handle<git_index, git_index_free>;
using SignatureHandle = Handle<git_signature, git_signature_free>;

/// A handle for a function that hands one out through its first argument:
/// `make<Tree>(git_tree_lookup, repository, &id)`; empty when the function fails.
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

[[nodiscard]] inline Result<git_oid> parse_id(const std::string& sha) {
  git_oid id{};
  if (sha.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, sha.c_str()) != 0) {
    return fail(ErrorCode::kNotFound, "`" + sha + "` is not an object id");
  }
  return id;
}

/// The error that libgit2 has just reported.
[[nodiscard]] inline std::unexpected<Error> last_error(ErrorCode code = ErrorCode::kNotFound) {
  const git_error* error = git_error_last();
  return fail(code, error == nullptr ? "git failed" : error->message);
}

}  // namespace mlx::sandbox::git
