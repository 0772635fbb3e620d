#include "engine/manifest/projen/program.h"

#include <utility>

#include "engine/base/text_lines.h"
#include "engine/source/python_tokens.h"
#include "engine/source/syntax_tree.h"

namespace mlx {
namespace {

constexpr std::string_view kSynth = "synth";

std::vector<TSNode> named_children(TSNode node) {
  std::vector<TSNode> children;
  const std::uint32_t count = ts_node_named_child_count(node);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TSNode child = ts_node_named_child(node, i);
    if (type_of(child) != "comment") children.push_back(child);
  }
  return children;
}

/// What a string stands for; nothing for what is no string, or has to be computed.
std::optional<std::string> literal(const SyntaxTree& tree, TSNode node) {
  if (type_of(node) != "string" || !is_text_literal(tree.text(node))) return std::nullopt;
  return decode_text_literal(tree.text(node));
}

/// The only expression of a statement; a null node if it is another kind of statement.
TSNode expression_of(TSNode statement) {
  const bool is_expression =
      type_of(statement) == "expression_statement" && ts_node_named_child_count(statement) == 1;
  return is_expression ? ts_node_named_child(statement, 0) : TSNode{};
}

bool is_type(TSNode node, std::string_view type) { return !ts_node_is_null(node) && type_of(node) == type; }

struct Method {
  std::string_view object;
  std::string_view name;
};

/// `object.name(…)`; nothing for any other call.
std::optional<Method> method_of(const SyntaxTree& tree, TSNode call) {
  const TSNode function = child_by_field(call, "function");
  if (!is_type(function, "attribute")) return std::nullopt;
  const TSNode object = child_by_field(function, "object");
  if (!is_type(object, "identifier")) return std::nullopt;
  return Method{.object = tree.text(object), .name = tree.text(child_by_field(function, "attribute"))};
}

/// Reads one module; refers to the tree, which must outlive it.
class Reader {
 public:
  Reader(const SyntaxTree& tree, ProjenProgram& program) : tree_(tree), program_(program) {}

  Result<void> read() {
    MLX_CHECK(check_syntax());
    MLX_CHECK(find_synth());
    MLX_CHECK(find_constructor());
    read_calls();
    return {};
  }

 private:
  [[nodiscard]] std::unexpected<Error> complaint(std::string message, Span span) const {
    return fail(ErrorCode::kInvalidInput, std::move(message), program_.location(span));
  }

  [[nodiscard]] Result<void> check_syntax() const {
    if (!tree_.has_errors()) return {};
    Span wrong = {.begin = program_.text.size(), .end = program_.text.size()};
    walk(tree_.root(), [&](TSNode node) {
      const bool is_wrong = type_of(node) == "ERROR" || ts_node_is_missing(node);
      if (is_wrong && ts_node_start_byte(node) < wrong.begin) wrong = span_of(node);
      return !is_wrong;
    });
    return complaint("this is not valid Python", wrong);
  }

  Result<void> find_synth() {
    std::optional<TSNode> found;
    for (const TSNode statement : named_children(tree_.root())) {
      const TSNode call = expression_of(statement);
      if (!is_type(call, "call")) continue;
      const auto method = method_of(tree_, call);
      if (!method || method->name != kSynth) continue;
      if (found) return complaint("it synthesises more than one project", span_of(statement));
      found = statement;
      program_.variable = method->object;
    }
    if (!found) {
      return complaint("it does not end in `project.synth()`, so where statements would go is not clear",
                       {.begin = program_.text.size(), .end = program_.text.size()});
    }
    const Span span = span_of(*found);
    if (!begins_its_line(program_.text, span.begin))
      return complaint("`synth()` has to stand on a line of its own", span);
    program_.end = line_begin(program_.text, span.begin);
    return {};
  }

  Result<void> find_constructor() {
    std::optional<TSNode> found;
    for (const TSNode statement : named_children(tree_.root())) {
      const TSNode assignment = expression_of(statement);
      if (!is_type(assignment, "assignment")) continue;
      if (tree_.text(child_by_field(assignment, "left")) != program_.variable) continue;
      if (found) return complaint("`" + program_.variable + "` is assigned twice", span_of(statement));
      found = child_by_field(assignment, "right");
    }
    const bool is_call =
        found && is_type(*found, "call") && is_type(child_by_field(*found, "arguments"), "argument_list");
    if (!is_call) {
      return complaint("`" + program_.variable + "` is not made by calling a class at the module's top level",
                       found ? span_of(*found) : Span{.begin = program_.end, .end = program_.end});
    }
    const std::string_view function = tree_.text(child_by_field(*found, "function"));
    program_.class_name = function.substr(function.rfind('.') + 1);
    const TSNode arguments = child_by_field(*found, "arguments");
    program_.arguments = span_of(arguments);
    for (const TSNode argument : named_children(arguments)) {
      if (type_of(argument) == "keyword_argument") {
        program_.keywords.emplace(tree_.text(child_by_field(argument, "name")),
                                  span_of(child_by_field(argument, "value")));
      } else if (type_of(argument) == "dictionary_splat" && !program_.unpacked) {
        program_.unpacked = span_of(argument);
      }
    }
    return {};
  }

  void read_calls() {
    walk(tree_.root(), [&](TSNode node) {
      if (type_of(node) != "call") return true;
      const auto method = method_of(tree_, node);
      if (method && method->object == program_.variable && method->name != kSynth)
        program_.calls.push_back(call_of(node, *method));
      if (const std::string below = method_below(node); !below.empty())
        program_.calls.push_back(call_of(node, {.object = program_.variable, .name = below}));
      return true;
    });
  }

  /// `deps.add_dependency` of `project.deps.add_dependency(…)`; empty for any other call.
  [[nodiscard]] std::string method_below(TSNode call) const {
    const TSNode function = child_by_field(call, "function");
    if (!is_type(function, "attribute")) return "";
    const std::string_view path = tree_.text(function);
    const std::string prefix = program_.variable + ".";
    const bool is_below = path.starts_with(prefix) && path.find('.', prefix.size()) != std::string_view::npos;
    return is_below ? std::string(path.substr(prefix.size())) : "";
  }

  [[nodiscard]] ProjenCall call_of(TSNode node, const Method& method) const {
    ProjenCall call{.method = std::string(method.name), .span = span_of(node)};
    const TSNode statement = ts_node_parent(node);
    call.is_statement =
        is_type(statement, "expression_statement") && is_type(ts_node_parent(statement), "module") &&
        begins_its_line(program_.text, call.span.begin) && ends_its_line(program_.text, call.span.end);
    for (const TSNode argument : named_children(child_by_field(node, "arguments"))) {
      if (type_of(argument) == "keyword_argument") {
        call.has_keywords = true;
        continue;
      }
      call.arguments.push_back(literal(tree_, argument));
      call.argument_spans.push_back(span_of(argument));
    }
    return call;
  }

  const SyntaxTree& tree_;
  ProjenProgram& program_;
};

/// Follows a keyword argument to the list that it is given.
class ListReader {
 public:
  explicit ListReader(const ProjenProgram& program)
      : program_(program), tree_(SyntaxTree::parse(Language::kPython, program.text)) {}

  [[nodiscard]] Result<StringList> read(Span value) const {
    TSNode node = ts_node_descendant_for_byte_range(tree_.root(), static_cast<std::uint32_t>(value.begin),
                                                    static_cast<std::uint32_t>(value.end));
    if (type_of(node) == "identifier") node = MLX_TRY(follow(node));
    if (type_of(node) != "list") return complaint("this list is computed", span_of(node));
    StringList list{.written = {.span = span_of(node), .elements = {}}, .values = {}};
    for (const TSNode element : named_children(node)) {
      auto text = literal(tree_, element);
      if (!text) return complaint("an element of this list is computed", span_of(element));
      list.written.elements.push_back(span_of(element));
      list.values.push_back(*std::move(text));
    }
    return list;
  }

 private:
  [[nodiscard]] std::unexpected<Error> complaint(std::string message, Span span) const {
    return fail(ErrorCode::kInvalidInput, std::move(message), program_.location(span));
  }

  /// What a variable of the module holds, if it is assigned once and not used but here.
  [[nodiscard]] Result<TSNode> follow(TSNode use) const {
    const std::string_view name = tree_.text(use);
    std::optional<TSNode> value;
    std::optional<Span> other;
    walk(tree_.root(), [&](TSNode node) {
      if (type_of(node) != "identifier" || tree_.text(node) != name || span_of(node) == span_of(use))
        return true;
      if (const auto assigned = assigned_to(node); assigned && !value) {
        value = assigned;
      } else if (!is_name_of_keyword(node)) {
        other = other.value_or(span_of(node));
      }
      return true;
    });
    if (other) return complaint("`" + std::string(name) + "` is changed or used elsewhere too", *other);
    if (!value) return complaint("`" + std::string(name) + "` is not a list of this module", span_of(use));
    return *value;
  }

  /// The right side, if the node is the left side of an assignment of the module.
  [[nodiscard]] static std::optional<TSNode> assigned_to(TSNode node) {
    const TSNode assignment = ts_node_parent(node);
    if (!is_type(assignment, "assignment")) return std::nullopt;
    const TSNode statement = ts_node_parent(assignment);
    const bool is_of_module = is_type(statement, "expression_statement") &&
                              is_type(ts_node_parent(statement), "module") &&
                              ts_node_eq(child_by_field(assignment, "left"), node);
    const TSNode right = child_by_field(assignment, "right");
    return is_of_module && !ts_node_is_null(right) ? std::optional(right) : std::nullopt;
  }

  [[nodiscard]] static bool is_name_of_keyword(TSNode node) {
    const TSNode parent = ts_node_parent(node);
    return is_type(parent, "keyword_argument") && ts_node_eq(child_by_field(parent, "name"), node);
  }

  const ProjenProgram& program_;
  SyntaxTree tree_;
};

}  // namespace

Location ProjenProgram::location(Span span) const {
  const LineColumn place = line_column(text, span.begin);
  return {.file = file, .line = place.line, .column = place.column, .field = {}};
}

Result<ProjenProgram> read_projen_program(std::string text, std::string file) {
  ProjenProgram program{.text = std::move(text), .file = std::move(file)};
  if (!program.file.ends_with(".py"))
    return fail(ErrorCode::kInvalidInput, "it is written in another language", {.file = program.file});
  const SyntaxTree tree = SyntaxTree::parse(Language::kPython, program.text);
  MLX_CHECK(Reader(tree, program).read());
  return program;
}

Result<std::optional<StringList>> list_argument(const ProjenProgram& program, std::string_view keyword) {
  const auto value = program.keywords.find(keyword);
  if (value != program.keywords.end()) return MLX_TRY(ListReader(program).read(value->second));
  if (program.unpacked) {
    return fail(ErrorCode::kInvalidInput,
                "whether `" + std::string(keyword) + "` is among the unpacked arguments is not clear",
                program.location(*program.unpacked));
  }
  return std::nullopt;
}

}  // namespace mlx
