#include "cli/table.h"

#include <algorithm>

namespace mlx::cli {
namespace {

constexpr std::size_t kLeastText = 30;  // columns; in fewer, a text is a column of single words
constexpr std::string_view kGap = "  ";

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string table(const std::vector<std::string>& headings, const std::vector<TableRow>& rows,
                  const Output& output) {
  // The last heading is that of the text.
  std::vector<std::size_t> widths;
  widths.reserve(headings.size());
  for (const std::string& heading : headings) widths.push_back(display_width(heading));
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i + 1 < headings.size(); ++i) used += widths[i] + kGap.size();
  const bool is_beside = output.width() == 0 || output.width() >= used + kLeastText;
  const std::size_t room = output.width() == 0 ? 0 : is_beside ? output.width() - used : output.width() - 2;

  std::string line;
  for (std::size_t i = 0; i + 1 < headings.size(); ++i)
    line += padded(headings[i], widths[i]) + std::string(kGap);
  if (is_beside) line += headings.back();
  line.erase(line.find_last_not_of(' ') + 1);
  std::string text = output.styled(Style::kBold, line) + "\n";
  for (const TableRow& row : rows) {
    line.clear();
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      line += padded(row.cells[i], widths[i]) + std::string(kGap);
    const std::vector<std::string> lines = wrapped(row.text, room);
    text += without_trailing_blanks(is_beside ? line + lines.front() : line);
    for (std::size_t i = is_beside ? 1 : 0; i < lines.size(); ++i) {
      text += without_trailing_blanks(std::string(is_beside ? used : 2, ' ') + lines[i]);
    }
    for (const std::string& note : row.notes) {
      const std::string shown = output.width() == 0 ? note : shortened(note, output.width() - 2);
      text += "  " + output.styled(Style::kDim, shown) + "\n";
    }
  }
  return text;
}

}  // namespace mlx::cli
