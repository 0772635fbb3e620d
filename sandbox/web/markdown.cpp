#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "sandbox/web/html.h"

namespace mlx::sandbox::web {
namespace {

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};
using Parser = std::unique_ptr<cmark_parser, Free<cmark_parser_free>>;
using Node = std::unique_ptr<cmark_node, Free<cmark_node_free>>;
using Iterator = std::unique_ptr<cmark_iter, Free<cmark_iter_free>>;
using Text = std::unique_ptr<char, Free<free>>;

// The pages render single line ends as line breaks, as GitHub does in comments. Raw HTML
// may pass the renderer because only what `clean_html` made of it is left by then.
constexpr int kOptions = CMARK_OPT_UNSAFE | CMARK_OPT_HARDBREAKS;

constexpr std::array<std::string_view, 6> kAllowed{"details", "summary", "br", "sub", "sup", "kbd"};

/// A tag that is allowed, rewritten without attributes; empty for every other.
std::string allowed_tag(std::string_view tag) {
  std::string_view inside = tag.substr(1, tag.size() - 2);
  const bool is_end = inside.starts_with('/');
  if (is_end) inside.remove_prefix(1);
  const auto end = inside.find_first_of(" \t\r\n/");
  const std::string name = to_lower(inside.substr(0, end));
  if (std::ranges::find(kAllowed, name) == kAllowed.end()) return {};
  const std::string_view rest = end == std::string_view::npos ? std::string_view() : inside.substr(end);
  const bool is_open = name == "details" && !is_end && rest.find("open") != std::string_view::npos;
  return (is_end ? "</" : "<") + name + (is_open ? " open>" : ">");
}

std::string clean_html(std::string_view html) {
  std::string clean;
  while (!html.empty()) {
    const auto less = html.find('<');
    for (const char c : html.substr(0, less)) clean += c == '>' ? "&gt;" : std::string(1, c);
    if (less == std::string_view::npos) break;
    html.remove_prefix(less);
    if (html.starts_with("<!--")) {
      const auto end = html.find("-->");
      html = end == std::string_view::npos ? std::string_view() : html.substr(end + 3);
      continue;
    }
    const auto greater = html.find('>');
    const std::string tag = greater == std::string_view::npos ? "" : allowed_tag(html.substr(0, greater + 1));
    if (tag.empty()) {
      clean += "&lt;";
      html.remove_prefix(1);
    } else {
      clean += tag;
      html.remove_prefix(greater + 1);
    }
  }
  return clean;
}

bool is_safe_address(std::string_view url) {
  const auto colon = url.find(':');
  const auto separator = url.find_first_of("/?#");
  const bool is_relative =
      colon == std::string_view::npos || (separator != std::string_view::npos && separator < colon);
  if (is_relative) return true;
  const std::string scheme = to_lower(url.substr(0, colon));
  return scheme == "http" || scheme == "https" || scheme == "mailto";
}

void replace_by_link(cmark_node* image) {
  cmark_node* link = cmark_node_new(CMARK_NODE_LINK);
  cmark_node_set_url(link, cmark_node_get_url(image));
  while (cmark_node* child = cmark_node_first_child(image)) cmark_node_append_child(link, child);
  cmark_node_replace(image, link);
  cmark_node_free(image);
}

/// Where `#12` stands in a text, on its own and not inside a word.
std::pair<std::size_t, std::size_t> find_reference(std::string_view text) {
  for (auto hash = text.find('#'); hash != std::string_view::npos; hash = text.find('#', hash + 1)) {
    const auto end = std::min(text.find_first_not_of("0123456789", hash + 1), text.size());
    const auto is_word = [&text](std::size_t at) {
      return std::isalnum(static_cast<unsigned char>(text[at])) != 0;
    };
    const bool is_alone = (hash == 0 || !is_word(hash - 1)) && (end == text.size() || !is_word(end));
    if (is_alone && end > hash + 1) return {hash, end};
  }
  return {text.size(), text.size()};
}

cmark_node* new_text(const std::string& text) {
  cmark_node* node = cmark_node_new(CMARK_NODE_TEXT);
  cmark_node_set_literal(node, text.c_str());
  return node;
}

/// Splits a text at its references to issues and makes links of these.
void link_references(cmark_node* node, const std::string& repository) {
  std::string rest = cmark_node_get_literal(node);
  while (true) {
    const auto [begin, end] = find_reference(rest);
    if (begin == rest.size()) break;
    cmark_node_insert_before(node, new_text(rest.substr(0, begin)));
    cmark_node* link = cmark_node_new(CMARK_NODE_LINK);
    cmark_node_set_url(link, (repository + "/issues/" + rest.substr(begin + 1, end - begin - 1)).c_str());
    cmark_node_append_child(link, new_text(rest.substr(begin, end - begin)));
    cmark_node_insert_before(node, link);
    rest.erase(0, end);
  }
  cmark_node_set_literal(node, rest.c_str());
}

void make_safe(cmark_node* document, const std::string& repository) {
  std::vector<cmark_node*> texts;
  std::vector<cmark_node*> images;
  const Iterator iterator(cmark_iter_new(document));
  for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    if (event != CMARK_EVENT_ENTER) continue;
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
      cmark_node_set_literal(node, clean_html(cmark_node_get_literal(node)).c_str());
    } else if (type == CMARK_NODE_TEXT && cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_LINK) {
      texts.push_back(node);
    } else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) {
      if (!is_safe_address(cmark_node_get_url(node))) cmark_node_set_url(node, "");
      if (type == CMARK_NODE_IMAGE) images.push_back(node);
    }
  }
  for (cmark_node* text : texts) link_references(text, repository);
  std::ranges::for_each(images, replace_by_link);
}

Parser new_parser() {
  cmark_gfm_core_extensions_ensure_registered();
  Parser parser(cmark_parser_new(kOptions));
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
    cmark_syntax_extension* extension = cmark_find_syntax_extension(name);
    if (extension != nullptr) cmark_parser_attach_syntax_extension(parser.get(), extension);
  }
  return parser;
}

/// While the parser lives.
Node parse(cmark_parser* parser, const std::string& text) {
  cmark_parser_feed(parser, text.data(), text.size());
  return Node(cmark_parser_finish(parser));
}

}  // namespace

std::string render_markdown(const std::string& text, const std::string& repository) {
  const Parser parser = new_parser();
  const Node document = parse(parser.get(), text);
  make_safe(document.get(), repository);
  const Text html(
      cmark_render_html(document.get(), kOptions, cmark_parser_get_syntax_extensions(parser.get())));
  return html.get();
}

std::optional<std::string> toggle_check_box(const std::string& text, std::size_t index) {
  const Parser parser = new_parser();
  const Node document = parse(parser.get(), text);
  const Iterator iterator(cmark_iter_new(document.get()));
  for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    const bool is_box =
        event == CMARK_EVENT_ENTER && std::string_view(cmark_node_get_type_string(node)) == "tasklist";
    if (!is_box || index-- > 0) continue;
    std::size_t line = 0;
    for (int before = cmark_node_get_start_line(node) - 1; before > 0; --before) {
      line = text.find('\n', line) + 1;
    }
    const auto mark = text.find('[', line) + 1;
    std::string toggled = text;
    toggled.at(mark) = text.at(mark) == ' ' ? 'x' : ' ';
    return toggled;
  }
  return std::nullopt;
}

std::string with_buttons(std::string html) {
  constexpr std::string_view kBox = "<input type=\"checkbox\"";
  std::size_t index = 0;
  for (auto at = html.find(kBox); at != std::string::npos; at = html.find(kBox, at)) {
    const auto end = html.find('>', at) + 1;
    const bool is_ticked = html.substr(at, end - at).find("checked=") != std::string::npos;
    const std::string button = "<button class=\"check\" name=\"box\" value=\"" + std::to_string(index++) +
                               "\" aria-pressed=\"" + (is_ticked ? "true" : "false") + "\">" +
                               (is_ticked ? "☑" : "☐") + "</button>";
    html.replace(at, end - at, button);
  }
  return html;
}

}  // namespace mlx::sandbox::web
