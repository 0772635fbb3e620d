#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/text_edit.h"

namespace mlx {

enum class TomlKind { kTable, kArray, kString, kInteger, kFloat, kBoolean, kDateTime };

/// How the text spells a table or an array; every other value is kWritten.
enum class TomlForm {
  kRoot,     ///< the document itself
  kWritten,  ///< to the right of an `=`, or inside an array: `{a = 1}`, `[1, 2]`, `"x"`
  kHeader,   ///< a table with its own `[a.b]`, or one element of `[[a]]`
  kDotted,   ///< a table made by dotted keys: `a.b = 1` makes `a`
  kImplied,  ///< a table that only the headers of tables below it name, or the array of all `[[a]]`
};

struct TomlTree;

/// A place in a TomlDocument, or an absent place, which reads as empty. A cursor: it
/// refers to the document, which must outlive it.
class TomlValue {
 public:
  [[nodiscard]] bool is_present() const { return tree_ != nullptr; }
  [[nodiscard]] TomlKind kind() const;
  [[nodiscard]] TomlForm form() const;

  /// Where the value stands; for a table with a header, the header with its brackets; for
  /// a dotted table, the first key that made it, up to and including its own part.
  [[nodiscard]] Span span() const;
  /// For kHeader, kDotted and kRoot: the end of the last `key = value` that was written under
  /// the header or with the dotted prefix; nothing if there is none.
  [[nodiscard]] std::optional<std::size_t> end_of_last_pair() const;
  [[nodiscard]] std::size_t line() const;

  /// Names and values of a table, in the document's order; none for anything else.
  [[nodiscard]] std::vector<std::pair<std::string, TomlValue>> members() const;
  /// The elements of an array; none for anything else.
  [[nodiscard]] std::vector<TomlValue> elements() const;
  /// The member of a table, or an absent value.
  [[nodiscard]] TomlValue at(std::string_view key) const;
  /// The value of a string, else its spelling.
  [[nodiscard]] const std::string& scalar() const;

  // Typed members. A member that is absent gives an absent value or nothing; one of another
  // type is an error that names file, line, column and path.
  [[nodiscard]] Result<TomlValue> table(std::string_view key) const;
  [[nodiscard]] Result<TomlValue> array(std::string_view key) const;
  [[nodiscard]] Result<std::optional<std::string>> string(std::string_view key) const;
  [[nodiscard]] Result<std::optional<bool>> boolean(std::string_view key) const;
  [[nodiscard]] Result<std::optional<long long>> integer(std::string_view key) const;
  /// An array of strings, empty if absent.
  [[nodiscard]] Result<std::vector<std::string>> strings(std::string_view key) const;
  /// This value itself as a string.
  [[nodiscard]] Result<std::string> as_string() const;
  /// The tables from here along `path`, every one of which must be a table if it is there.
  [[nodiscard]] Result<TomlValue> table_at(std::initializer_list<std::string_view> path) const;

  /// An error about this place: its file, line, column and path.
  [[nodiscard]] std::unexpected<Error> complaint(std::string message) const;
  /// The same, at the key that names this place instead of its value.
  [[nodiscard]] std::unexpected<Error> complaint_about_key(std::string message) const;

 private:
  friend class TomlDocument;
  TomlValue() = default;
  TomlValue(const TomlTree* tree, std::size_t index) : tree_(tree), index_(index) {}
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::unexpected<Error> complaint_at(std::size_t offset, std::string message) const;
  [[nodiscard]] Result<TomlValue> member_of_kind(std::string_view key, TomlKind kind) const;

  const TomlTree* tree_ = nullptr;
  std::size_t index_ = 0;
};

/// A valid TOML 1.0 text with the place of every table, key and value in it.
class TomlDocument {
 public:
  /// Fails with kInvalidInput and file, line and column (bytes) for a text that is not valid
  /// UTF-8 or TOML, or that nests deeper than 256 values or 32 parts of one dotted key.
  /// A byte order mark is allowed.
  [[nodiscard]] static Result<TomlDocument> parse(std::string text, std::string file);

  TomlDocument(TomlDocument&&) noexcept;
  TomlDocument& operator=(TomlDocument&&) noexcept;
  TomlDocument(const TomlDocument&) = delete;
  TomlDocument& operator=(const TomlDocument&) = delete;
  ~TomlDocument();

  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const std::string& file() const;
  [[nodiscard]] TomlValue root() const;

 private:
  explicit TomlDocument(std::unique_ptr<const TomlTree> tree);
  std::unique_ptr<const TomlTree> tree_;
};

}  // namespace mlx
