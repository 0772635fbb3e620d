#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/source/syntax_tree.h"

namespace mlx {

/// Where a file makes its web application: statements in order, all in one block.
struct ApplicationSite {
  std::string function;          ///< empty at the top level of the module
  std::string variable;          ///< what the application is called there
  std::size_t construction = 0;  ///< the statement that makes it, as an index into `statements`
  std::vector<TSNode> statements;
};

/// The function of this name if it makes an application with `constructor` or returns a plain name,
/// else the first other function that makes and returns one, else the module itself.
[[nodiscard]] std::optional<ApplicationSite> find_application_site(const SyntaxTree& tree,
                                                                   std::string_view function,
                                                                   std::string_view constructor);

/// The name that a statement calls, without the object it belongs to: `add_middleware` for
/// `app.add_middleware(X)` and for `y = add_middleware(app)`. Empty if it is no call.
[[nodiscard]] std::string_view called_name(const SyntaxTree& tree, TSNode statement);

/// The named children of a node, without comments.
[[nodiscard]] std::vector<TSNode> statements_of(TSNode block);

}  // namespace mlx
