#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/html.h"
#include "sandbox/state.h"

/// The parts that every page is built from. All text is escaped here, once.
namespace mlx::sandbox::web {

/// GitHub Flavored Markdown as HTML that is safe to show: of raw HTML only details,
/// summary, br, sub, sup and kbd stay; comments vanish, the rest is shown as text. Links lead to
/// http, https, mailto or this site; pictures become links, so nothing is loaded from elsewhere.
/// `#12` leads to issue 12 of the repository at the path.
[[nodiscard]] std::string render_markdown(const std::string& text, const std::string& repository);

/// The text with its check box (`- [ ]`) at the index ticked, or no longer so; counted as
/// render_markdown() shows them. Nothing if there are not so many.
[[nodiscard]] std::optional<std::string> toggle_check_box(const std::string& text, std::size_t index);

/// HTML of render_markdown() whose check boxes are buttons of a form: `box` is the index.
[[nodiscard]] std::string with_buttons(std::string html);

/// "just now", "5 minutes ago", "2026-01-31 12:00 UTC".
[[nodiscard]] std::string relative_time(Time time);

/// A small picture: "folder", "file", "comment", "check", "cross", "warning", "notice", "neutral", "waiting".
[[nodiscard]] std::string icon(std::string_view name);

/// A whole page; `title` is text, `body` is HTML.
[[nodiscard]] std::string page(const State& state, std::string_view title, std::string_view body);

[[nodiscard]] std::string web_path(const State& state);  ///< "/OWNER/NAME"
[[nodiscard]] std::string user_link(const State& state, const std::string& login);
/// `<select name="user">` with everybody who could act here.
[[nodiscard]] std::string user_select(const State& state, const std::string& chosen);
[[nodiscard]] std::string commit_link(const State& state, const std::string& sha);

}  // namespace mlx::sandbox::web
