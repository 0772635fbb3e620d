#include "engine/advise/advice_request.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "engine/advise/mask_secrets.h"
#include "engine/base/digest.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool is_environment_file(std::string_view name) {
  return name == ".env" || name.starts_with(".env.") || name.ends_with(".env") || name.starts_with(".envrc");
}

/// At most so many bytes, not cutting a character of UTF-8.
std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  return std::string(utf8_prefix(text, most)) + "…";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    if (lines.back().ends_with('\r')) lines.back().remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Each is looked for in every file.
constexpr std::size_t kMostValues = 500;
/// Places of one finding that are told, and looked at.
constexpr std::size_t kMostEvidence = 8;

/// Reads each file once, and masks it as a whole: what makes a line secret may stand far above it.
class MaskedFiles {
 public:
  MaskedFiles(const Snapshot& snapshot, const AdviceLimits& limits) : snapshot_(snapshot), limits_(limits) {}

  /// The file's lines; none if nothing of it may be quoted.
  const std::vector<std::string>& lines(const std::string& path) {
    const auto [place, is_new] = files_.try_emplace(path);
    if (is_new) place->second = read(path);
    return place->second;
  }

  /// Why there is something that may have to be masked and is not known.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

  [[nodiscard]] std::string mask(std::string_view text) {
    learn_values("");
    const std::string masked = mask_secrets(text, MaskedLanguage::kProse, values_);
    return shortened(is_utf8(masked) ? masked : std::string("(no text)"), limits_.text_bytes);
  }

 private:
  std::vector<std::string> read(const std::string& path) {
    const auto content = content_of(path);
    if (!content || !may_be_quoted(path) || content->contains('\0') || !is_utf8(*content)) return {};
    learn_values(parent_directory(path));
    const std::string masked = mask_secrets(*content, masked_language(path), values_);
    std::vector<std::string> lines;
    for (const std::string_view line : lines_of(masked)) lines.push_back(shortened(line, limits_.line_bytes));
    return lines;
  }

  [[nodiscard]] std::optional<std::string> content_of(std::string_view path) const {
    const auto place = RepoPath::parse(std::string(path));
    if (!place) return std::nullopt;
    auto content = read_if_present(snapshot_, *place).value_or(std::nullopt);
    if (content && content->size() > limits_.file_bytes) content.reset();
    return content;
  }

  /// From the `.env` files in a directory and above.
  void learn_values(std::string_view directory) {
    while (read_directories_.insert(std::string(directory)).second) {
      const auto entries = snapshot_.children(directory);
      if (!entries) failure_ = entries.error();
      for (const Entry& entry : entries.value_or(std::vector<Entry>())) {
        if (!is_file(entry.kind) || !is_environment_file(entry.name)) continue;
        learn_values_of(joined_path(directory, entry.name));
      }
      directory = parent_directory(directory);
    }
  }

  void learn_values_of(const std::string& path) {
    const auto place = RepoPath::parse(path);
    const auto content = place ? snapshot_.read(*place) : std::unexpected(place.error());
    if (!content || content->size() > limits_.file_bytes) {
      failure_ = Error{content ? ErrorCode::kInvalidInput : content.error().code,
                       "nothing is asked, as the values in `" + path + "` cannot be read and masked"};
      return;
    }
    for (std::string& value : environment_file_values(*content)) {
      if (values_.size() < kMostValues) values_.push_back(std::move(value));
    }
  }

  const Snapshot& snapshot_;
  const AdviceLimits& limits_;
  std::map<std::string, std::vector<std::string>> files_;
  std::set<std::string> read_directories_;
  std::vector<std::string> values_;
  std::optional<Error> failure_;
};

/// The lines around those that a finding shows; neighbours become one excerpt.
std::vector<Excerpt> excerpts_for(const Finding& finding, MaskedFiles& files, const AdviceLimits& limits) {
  struct Range {
    std::string file;
    std::size_t first = 0;
    std::size_t last = 0;
  };
  std::vector<Range> ranges;
  const std::size_t looked_at = std::min(finding.evidence.size(), kMostEvidence);
  for (const Evidence& evidence : std::span(finding.evidence).first(looked_at)) {
    if (ranges.size() == limits.excerpts_per_finding) break;
    const std::size_t count = files.lines(evidence.file).size();
    const std::size_t line = std::max<std::size_t>(evidence.line, 1);
    if (line > count) continue;
    const std::size_t first = line - std::min(line - 1, limits.lines_around);
    const std::size_t last = std::min(count, line + limits.lines_around);
    const auto near = std::ranges::find_if(ranges, [&](const Range& range) {
      return range.file == evidence.file && first <= range.last + 1 && range.first <= last + 1;
    });
    if (near == ranges.end()) {
      ranges.push_back({.file = evidence.file, .first = first, .last = last});
    } else {
      near->first = std::min(near->first, first);
      near->last = std::max(near->last, last);
    }
  }
  std::vector<Excerpt> excerpts;
  for (const Range& range : ranges) {
    Excerpt excerpt{.file = range.file, .first_line = range.first, .text = {}};
    const auto& lines = files.lines(range.file);
    for (std::size_t i = range.first; i <= range.last; ++i) excerpt.text += lines[i - 1] + "\n";
    excerpts.push_back(std::move(excerpt));
  }
  return excerpts;
}

/// The places of the most severe findings, in their order.
std::vector<std::size_t> choose(std::span<const Finding> findings, std::size_t most) {
  std::vector<std::size_t> chosen(findings.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
  std::ranges::stable_sort(chosen, std::ranges::greater(),
                           [&](std::size_t i) { return std::to_underlying(findings[i].severity); });
  chosen.resize(std::min(chosen.size(), most));
  std::ranges::sort(chosen);
  return chosen;
}

Finding told(const Finding& finding, MaskedFiles& files) {
  Finding facts = finding;
  facts.message = files.mask(finding.message);
  facts.remedy = files.mask(finding.remedy);
  facts.evidence.resize(std::min(facts.evidence.size(), kMostEvidence));
  for (Evidence& evidence : facts.evidence) evidence.file = files.mask(evidence.file);
  return facts;
}

}  // namespace

bool may_be_quoted(std::string_view path) {
  constexpr std::array<std::string_view, 12> kEndings = {".pem",     ".key",  ".p12",      ".pfx",
                                                         ".jks",     ".der",  ".keystore", ".tfvars",
                                                         ".tfstate", ".kdbx", ".asc",      ".ppk"};
  constexpr std::array<std::string_view, 10> kNames = {
      ".netrc",     ".pypirc",    ".npmrc", ".git-credentials", ".htpasswd", ".pgpass",
      "kubeconfig", ".dockercfg", ".boto",  ".my.cnf"};
  constexpr std::array<std::string_view, 5> kBeginnings = {"id_rsa", "id_ed25519", "id_ecdsa", "id_dsa",
                                                           "credentials"};
  const std::string whole = lower_case(path);
  const std::string_view name = file_name(whole);
  const bool is_data_of_secrets =
      name.starts_with("secrets.") && masked_language(name) != MaskedLanguage::kPython;
  return !is_environment_file(name) && !is_data_of_secrets &&
         std::ranges::none_of(kEndings, [&](std::string_view end) { return name.ends_with(end); }) &&
         std::ranges::none_of(kBeginnings, [&](std::string_view begin) { return name.starts_with(begin); }) &&
         std::ranges::find(kNames, name) == kNames.end() && !whole.starts_with(".git/");
}

Result<AdviceRequest> make_advice_request(std::span<const Finding> findings, const Snapshot& snapshot,
                                          const AdviceLimits& limits) {
  MaskedFiles files(snapshot, limits);
  AdviceRequest request;
  std::size_t bytes = 0;
  for (const std::size_t place : choose(findings, limits.findings)) {
    AdviceSubject subject{.id = "f" + std::to_string(request.subjects.size() + 1),
                          .finding = place,
                          .facts = {},
                          .excerpts = {}};
    for (Excerpt& excerpt : excerpts_for(findings[place], files, limits)) {
      if (bytes + excerpt.text.size() > limits.all_excerpts) continue;
      bytes += excerpt.text.size();
      excerpt.file = files.mask(excerpt.file);
      subject.excerpts.push_back(std::move(excerpt));
    }
    subject.facts = told(findings[place], files);
    request.subjects.push_back(std::move(subject));
  }
  if (const auto& failure = files.failure(); failure) return std::unexpected(*failure);
  return request;
}

std::optional<Advice> advise_on(std::span<const Finding> findings, const Snapshot& snapshot,
                                Advisor* advisor) {
  if (advisor == nullptr || findings.empty()) return std::nullopt;
  const auto request = make_advice_request(findings, snapshot);
  if (!request) return Advice{.unavailable = request.error().message};
  auto advice = advisor->advise(*request);
  if (!advice) return Advice{.unavailable = advice.error().message};
  if (advice->findings.empty() && advice->unavailable.empty())
    advice->unavailable = "the model had nothing to say about these findings";
  return std::move(*advice);
}

}  // namespace mlx
