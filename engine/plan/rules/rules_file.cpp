#include "engine/plan/rules/rules_file.h"

#include <algorithm>
#include <utility>

namespace mlx {
namespace {

Finding broken_markers(const Error& error) {
  return {.code = "rules-markers-broken",
          .severity = Severity::kError,
          .message = error.location.file + ": " + error.message,
          .remedy =
              "restore the line, or delete the section with both of its markers; then run `mlx rules` again",
          .evidence = {{.file = error.location.file, .line = error.location.line}}};
}

Finding edited_by_hand(const MarkedSection& section, const std::string& file) {
  return {
      .code = "rules-edited",
      .severity = Severity::kError,
      .message = "the section `" + section.name + "` of " + file + " was edited by hand, and would be lost",
      .remedy =
          "move what you wrote above or below its markers, then run `mlx rules` again; "
          "`mlx rules --overwrite` gives it up",
      .evidence = {{.file = file, .line = section.line}}};
}

Finding kept_front_matter(const std::string& file) {
  return {.code = "rules-front-matter-kept",
          .severity = Severity::kWarning,
          .message = "nothing is left in " + file + " but front matter that is not as MLX wrote it",
          .remedy = "delete the file if you do not need it",
          .evidence = {{.file = file, .line = 1}}};
}

Finding unreadable(const std::string& file) {
  return {.code = "rules-unreadable",
          .severity = Severity::kError,
          .message = "the sections of " + file + " could not be found again once they are written",
          .remedy =
              "look for `mlx:begin`, `mlx:end` or a code fence in names and docstrings of the components, "
              "or for a code fence that is not closed in the file",
          .evidence = {{.file = file}}};
}

/// Are the sections in the text those that are wanted, and no others?
bool has_just(const std::vector<GeneratedSection>& wanted, std::string_view text, const std::string& file) {
  const auto sections = find_marked_sections(text, file);
  if (!sections || sections->size() != wanted.size()) return false;
  return std::ranges::all_of(wanted, [&](const GeneratedSection& one) {
    const auto found = std::ranges::find(*sections, one.name, &MarkedSection::name);
    return found != sections->end() &&
           section_digest(text.substr(found->body.begin, found->body.size())) == section_digest(one.body);
  });
}

/// Where the front matter ends that a text begins with; 0 without one.
std::size_t end_of_front_matter(std::string_view text) {
  if (!text.starts_with("---\n") && !text.starts_with("---\r\n")) return 0;
  for (std::size_t begin = text.find('\n') + 1; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    if (line == "---\n" || line == "---\r\n" || line == "---") return end;
    begin = end;
  }
  return 0;
}

/// One run of update_rules_file() over a file that is there.
class FileUpdate {
 public:
  FileUpdate(std::string_view text, const std::string& file, const std::vector<GeneratedSection>& wanted,
             bool overwrites)
      : text_(text), file_(file), wanted_(wanted), overwrites_(overwrites), line_end_(mlx::line_end(text)) {}

  RulesFile run() {
    auto sections = find_marked_sections(text_, file_);
    if (!sections) return as_it_was({broken_markers(sections.error())});
    sections_ = *std::move(sections);
    for (const MarkedSection& section : sections_) update(section);
    if (!findings_.empty()) return as_it_was(std::move(findings_));
    insert_new_ones();
    RulesFile made{.text = apply_edits(text_, std::move(edits_)).value_or(std::string(text_)),
                   .findings = {}};
    if (!sections_.empty()) give_up_if_empty(made);
    return made;
  }

 private:
  [[nodiscard]] RulesFile as_it_was(std::vector<Finding> findings) const {
    return {.text = std::string(text_), .findings = std::move(findings)};
  }

  /// Front matter alone is of no use, but it may be somebody's work.
  void give_up_if_empty(RulesFile& made) const {
    const std::size_t front_end = end_of_front_matter(made.text);
    const bool is_empty = made.text.find_first_not_of(" \t\r\n", front_end) == std::string::npos;
    if (!is_empty) return;
    const std::string front = made.text.substr(0, front_end);
    const bool is_generated = std::ranges::any_of(sections_, [&](const MarkedSection& section) {
      return !section.front.empty() && section.front == section_digest(front);
    });
    if (front.empty() || is_generated || overwrites_) {
      made.text.clear();
    } else {
      made.findings.push_back(kept_front_matter(file_));
    }
  }

  [[nodiscard]] const GeneratedSection* wanted(const std::string& name) const {
    const auto found = std::ranges::find(wanted_, name, &GeneratedSection::name);
    return found == wanted_.end() ? nullptr : &*found;
  }

  void update(const MarkedSection& section) {
    const GeneratedSection* generated = wanted(section.name);
    const std::string body = text_of(section.body);
    const bool is_right = generated != nullptr && section_digest(body) == section_digest(generated->body);
    if (!is_right && !overwrites_ && is_edited(section, text_)) {
      findings_.push_back(edited_by_hand(section, file_));
      return;
    }
    if (generated == nullptr) return take_out(section);
    update_front_matter(section, *generated);
    // What is the same but for its line ends is left as it is.
    std::string marked = ended(section, mlx::marked(*generated, line_end_));
    if (section_digest(text_of(section.span)) != section_digest(marked)) {
      edits_.push_back({section.span, std::move(marked)});
    }
  }

  /// A last line without an end stays one.
  [[nodiscard]] std::string ended(const MarkedSection& section, std::string marked) const {
    const bool has_end = text_.substr(0, section.span.end).ends_with('\n');
    if (!has_end) marked.resize(marked.size() - line_end_.size());
    return marked;
  }

  void update_front_matter(const MarkedSection& section, const GeneratedSection& generated) {
    const Span front{.begin = 0, .end = end_of_front_matter(text_)};
    const bool is_ours = !section.front.empty() && section_digest(text_of(front)) == section.front;
    const bool is_right = section_digest(text_of(front)) == section_digest(generated.front);
    if (is_ours && !is_right) edits_.push_back({front, with_line_ends(generated.front, line_end_)});
  }

  /// With the blank line that stood before it, or behind it at the beginning.
  void take_out(const MarkedSection& section) {
    Span span = section.span;
    const std::string_view before = text_.substr(0, span.begin);
    const std::string_view behind = text_.substr(span.end);
    const std::string blank = std::string(line_end_) + std::string(line_end_);
    const bool is_followed_by_blank = behind.empty() || behind.starts_with(line_end_);
    // Whatever is before it may have been taken out as well.
    const bool is_at_top = span.begin == top_taken_out_to_;
    if (is_at_top) {
      if (behind.starts_with(line_end_)) span.end += line_end_.size();
      top_taken_out_to_ = span.end;
    } else if (before.ends_with(blank) && is_followed_by_blank) {
      span.begin -= line_end_.size();
    }
    edits_.push_back({span, ""});
  }

  void insert_new_ones() {
    std::string at_end;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (find(wanted_[i].name) != nullptr) continue;
      const std::string marked = mlx::marked(wanted_[i], line_end_);
      if (const MarkedSection* next = next_present(i)) {
        edits_.push_back(
            {{.begin = next->span.begin, .end = next->span.begin}, marked + std::string(line_end_)});
      } else {
        at_end += std::string(line_end_) + marked;
      }
    }
    if (at_end.empty()) return;
    if (!text_.empty() && !text_.ends_with('\n')) at_end.insert(0, line_end_);
    if (text_.empty()) at_end.erase(0, line_end_.size());
    edits_.push_back({{.begin = text_.size(), .end = text_.size()}, std::move(at_end)});
  }

  [[nodiscard]] const MarkedSection* find(const std::string& name) const {
    const auto found = std::ranges::find(sections_, name, &MarkedSection::name);
    return found == sections_.end() ? nullptr : &*found;
  }

  [[nodiscard]] const MarkedSection* next_present(std::size_t index) const {
    for (std::size_t i = index + 1; i < wanted_.size(); ++i) {
      if (const MarkedSection* present = find(wanted_[i].name)) return present;
    }
    return nullptr;
  }

  [[nodiscard]] std::string text_of(Span span) const {
    return std::string(text_.substr(span.begin, span.size()));
  }

  std::string_view text_;
  const std::string& file_;
  const std::vector<GeneratedSection>& wanted_;
  bool overwrites_;
  std::string_view line_end_;
  std::vector<MarkedSection> sections_;
  std::vector<TextEdit> edits_;
  std::size_t top_taken_out_to_ = 0;  ///< nothing is left before it
  std::vector<Finding> findings_;
};

RulesFile new_rules_file(const std::vector<GeneratedSection>& wanted) {
  RulesFile made;
  for (const GeneratedSection& section : wanted) {
    if (!made.text.empty()) made.text += "\n";
    if (!section.front.empty()) made.text += section.front + "\n";
    made.text += marked(section, "\n");
  }
  return made;
}

}  // namespace

RulesFile update_rules_file(const std::optional<std::string>& text, const std::string& file,
                            const std::vector<GeneratedSection>& wanted, bool overwrites) {
  RulesFile made = text ? FileUpdate(*text, file, wanted, overwrites).run() : new_rules_file(wanted);
  const bool is_as_it_was =
      std::ranges::find(made.findings, Severity::kError, &Finding::severity) != made.findings.end();
  if (is_as_it_was || has_just(wanted, made.text, file)) return made;
  return {.text = text.value_or(""), .findings = {unreadable(file)}};
}

}  // namespace mlx
