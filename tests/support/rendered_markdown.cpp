#include "tests/support/rendered_markdown.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <regex>
#include <stdexcept>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

namespace mlx::testing {
namespace {

std::string_view literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

void collect(cmark_node* document, RenderedMarkdown& rendered) {
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iterator(cmark_iter_new(document),
                                                                         &cmark_iter_free);
  bool is_new_segment = true;
  for (cmark_event_type event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(iterator.get())) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT) {
      if (is_new_segment) rendered.segments.emplace_back();
      rendered.segments.back() += literal_of(node);
      rendered.text += literal_of(node);
      is_new_segment = false;
      continue;
    }
    is_new_segment = true;
    if (event != CMARK_EVENT_ENTER || type == CMARK_NODE_DOCUMENT) continue;
    if (type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK) {
      rendered.codes.emplace_back(literal_of(node));
      rendered.text += literal_of(node);
    }
    const bool is_empty_comment = type == CMARK_NODE_HTML_INLINE && literal_of(node) == "<!-- -->";
    if (!is_empty_comment) rendered.elements.emplace_back(cmark_node_get_type_string(node));
  }
}

}  // namespace

long RenderedMarkdown::count(std::string_view kind) const { return std::ranges::count(elements, kind); }

RenderedMarkdown render_as_github(std::string_view markdown) {
  cmark_gfm_core_extensions_ensure_registered();
  constexpr int kOptions = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES | CMARK_OPT_GITHUB_PRE_LANG;
  const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(cmark_parser_new(kOptions),
                                                                           &cmark_parser_free);
  for (const char* name : {"table", "strikethrough", "autolink", "tagfilter"}) {
    cmark_syntax_extension* extension = cmark_find_syntax_extension(name);
    if (extension == nullptr) throw std::runtime_error(std::string("cmark-gfm has no extension ") + name);
    cmark_parser_attach_syntax_extension(parser.get(), extension);
  }
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const std::unique_ptr<cmark_node, decltype(&cmark_node_free)> document(cmark_parser_finish(parser.get()),
                                                                         &cmark_node_free);
  RenderedMarkdown rendered;
  collect(document.get(), rendered);
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_render_html(document.get(), kOptions, cmark_parser_get_syntax_extensions(parser.get())),
      &std::free);
  rendered.html = html.get();
  return rendered;
}

std::string reference_in(std::string_view segment) {
  static const std::regex reference(
      R"(@[A-Za-z0-9]|#[0-9]|\bGH-[0-9]|https?://[A-Za-z0-9]|\bwww\.[A-Za-z0-9])",
      std::regex::icase | std::regex::optimize);
  std::cmatch found;
  const bool has_one = std::regex_search(segment.data(), segment.data() + segment.size(), found, reference);
  return has_one ? found.str() : std::string();
}

}  // namespace mlx::testing
