#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/base/text_edit.h"
#include "engine/source/python_calls.h"
#include "engine/source/python_mentions.h"
#include "engine/source/python_module.h"
#include "engine/source/python_outline.h"
#include "engine/source/python_token_view.h"
#include "engine/source/python_used_names.h"

namespace mlx {

/// Reads one file, statement by statement, into a PythonModule. Blocks are entered, so that imports
/// in functions and below conditions are found; expressions are only looked through for what
/// python_calls.h knows.
class PythonReader {
 public:
  explicit PythonReader(std::string_view text);
  [[nodiscard]] PythonModule run();

 private:
  enum class ScopeKind : std::uint8_t { kModule, kClass, kClassConfiguration, kOtherClass, kFunction };
  enum class TypeChecking : std::uint8_t { kUnrelated, kYes, kNo };
  struct Scope {
    ScopeKind kind = ScopeKind::kModule;
    std::string qualified;  ///< `create_app`, `Store.get`
    PythonContext context;
    std::size_t class_index = 0;     ///< in PythonModule::classes, for kClass and kClassConfiguration
    std::size_t function_depth = 0;  ///< functions around
    std::size_t depth = 0;           ///< blocks around
    bool is_in_async = false;        ///< the nearest function around is `async def`
  };
  /// What is known of the top-level function that is being read.
  struct FactoryCandidate {
    ApplicationFactory factory;
    std::string type;
    std::vector<std::string> returned;
  };

  // Statements: python_reader.cpp.
  void read_block(const Scope& scope);
  void read_statement(const Scope& scope);
  void read_decorated(const Scope& scope);
  void read_compound(const Scope& scope, PythonContext below);
  void read_if(const Scope& scope);
  void read_try(const Scope& scope);
  void read_match(const Scope& scope);
  void read_simple_line(const Scope& scope);
  void read_suite(std::size_t colon, std::size_t line_end, const Scope& scope);
  void skip_block();
  void read_simple_statement(TokenRange range, const Scope& scope);
  [[nodiscard]] std::size_t end_of_line(std::size_t from) const;
  [[nodiscard]] bool is_match_statement() const;
  void check_except(TokenRange header);
  [[nodiscard]] bool suppresses_missing_module(TokenRange header) const;
  [[nodiscard]] TypeChecking type_checking_of(TokenRange condition) const;
  [[nodiscard]] bool catches_missing_module(TokenRange header) const;
  [[nodiscard]] bool always_raises(TokenRange body) const;

  // Definitions: python_definitions.cpp.
  void read_function(const std::vector<TokenRange>& decorators, const Scope& scope);
  void read_class(const std::vector<TokenRange>& decorators, const Scope& scope);
  /// Those of the decorators of a function that is called so in the scope.
  void add_routes(const std::vector<TokenRange>& decorators, const std::string& handler, std::uint32_t line,
                  const Scope& scope);
  void read_field(TokenRange name, TokenRange annotation, TokenRange value, const Scope& scope);
  [[nodiscard]] std::optional<PythonCall> field_call(TokenRange value) const;
  void read_field_call(const PythonCall& call, bool gives_default, PythonField& field);
  [[nodiscard]] std::vector<std::string> variables_of(TokenRange value) const;
  void read_class_setting(std::string_view name, TokenRange value, const Scope& scope);
  void finish_factory();
  [[nodiscard]] static std::string qualified(const Scope& scope, std::string_view name);
  [[nodiscard]] std::string summary_at(std::size_t body) const;

  // Bindings and expressions: python_bindings.cpp.
  void read_import(TokenRange range, const Scope& scope);
  void read_import_from(TokenRange range, const Scope& scope);
  [[nodiscard]] std::optional<std::string> alias_at(std::size_t i, std::size_t end) const;
  void add_import(PythonImport import, const Scope& scope);
  void read_assignment(TokenRange range, const Scope& scope);
  void read_alias(std::string_view name, TokenRange value);
  void read_all(TokenRange range, bool replaces);
  void read_all_method(const PythonCall& call);
  void bind(TokenRange targets, const Scope& scope, std::string_view annotation = {});
  void bind_name(std::string_view name, const Scope& scope, std::size_t offset, PythonSymbolKind kind,
                 std::string_view signature);
  void scan(TokenRange range, const Scope& scope, PythonUseKind first_use = PythonUseKind::kReference);
  void read_mention(std::size_t i, std::size_t end);
  void read_computed_import(const PythonCall& call, std::uint32_t line);
  [[nodiscard]] bool names_own_package(const std::vector<PythonArgument>& arguments) const;
  [[nodiscard]] PythonComputedImport computed_import(TokenRange name) const;
  void scan_notable(TokenRange path, TokenRange range, const Scope& scope);
  void scan_environ(TokenRange path, TokenRange range, const Scope& scope);
  void check_operands(TokenRange range);
  [[nodiscard]] std::optional<PythonCall> call_at(std::size_t i, std::size_t end) const;

  // Uses of imported names: python_uses.cpp.
  void note_use(TokenRange path, TokenRange range, PythonUseKind kind, const Scope& scope);
  [[nodiscard]] bool is_repeated(std::string_view name) const;
  void enter_lambda(std::size_t i, std::size_t end);
  [[nodiscard]] std::vector<std::string_view> read_parameters(std::size_t open, std::size_t colon,
                                                              const Scope& scope);
  void hide(TokenRange targets);
  void note_literal(std::size_t i);

  // The outline, of which practices are found: python_uses.cpp.
  [[nodiscard]] std::size_t begin_block(std::size_t begin, std::size_t colon);
  void end_block(std::size_t block);
  void note_item_set(TokenRange target, TokenRange value);
  void add_practices();

  void complain(std::size_t token, std::string_view message);
  [[nodiscard]] std::uint32_t line_of(std::size_t offset);

  std::string_view text_;
  PythonTokens lexed_;
  PythonTokenView view_;
  PythonModule module_;
  PythonNames names_;
  PythonUsedNames used_names_;
  PythonOutline outline_;
  PythonMentionReader mentions_;
  std::size_t block_ = PythonBlock::kNone;  ///< the innermost block that is being read
  std::unordered_set<std::string_view> bound_;
  std::unordered_set<std::string_view> methods_;  ///< of the top-level class that is being read
  std::optional<FactoryCandidate> candidate_;
  std::size_t at_ = 0;
  std::size_t targets_end_ = 0;  ///< the last `=` of the last assignment: what is before it is set, not read
  std::size_t function_begin_ = 0;  ///< of the last function that began or ended
  std::size_t lambda_end_ = 0;      ///< of the last lambda that was seen
  std::size_t line_offset_ = 0;     ///< an offset whose line is known
  std::uint32_t line_ = 1;
  bool is_broken_ = false;  ///< a syntax error was reported; one is enough
};

}  // namespace mlx
