#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// Lines of a file around what a finding shows, with secrets masked.
struct Excerpt {
  std::string file;
  std::size_t first_line = 1;
  std::string text;

  bool operator==(const Excerpt&) const = default;
};

/// One finding as an advisor is told of it.
struct AdviceSubject {
  std::string id;           ///< `f1`, `f2`, …: what an answer calls it
  std::size_t finding = 0;  ///< its place in the list that was asked about
  Finding facts;            ///< as it was found, with secrets masked and texts shortened
  std::vector<Excerpt> excerpts;

  bool operator==(const AdviceSubject&) const = default;
};

/// All that leaves for an advisor. make_advice_request() is the only one to make it.
struct AdviceRequest {
  std::vector<AdviceSubject> subjects;

  bool operator==(const AdviceRequest&) const = default;
};

struct FindingAdvice {
  std::size_t finding = 0;  ///< its place in the list that was asked about
  std::string explanation;  ///< never empty
  std::string suggestion;   ///< empty if there is none

  bool operator==(const FindingAdvice&) const = default;
};

/// What a model said. Its texts are one line each, in UTF-8, without control and invisible
/// characters; but they are the words of somebody who may have been talked into anything: show
/// them with the model's name, as text and nothing else (bot/core/render_advice.h).
struct Advice {
  std::string model;  ///< as it was configured, whatever the answer calls itself; empty if it said nothing
  std::vector<FindingAdvice> findings;
  std::string unavailable;  ///< why there is nothing, or nothing more than is known; else empty
  std::int64_t tokens = 0;  ///< what the answer cost; 0 if it came from the cache

  bool operator==(const Advice&) const = default;
};

/// Port: somebody who explains findings that exist. It is asked with a value and answers with
/// one: it has no tools, and nothing is done because of what it says. Any error means that there
/// is no advice, never that something else has failed. Safe to call from several threads.
class Advisor {
 public:
  Advisor() = default;
  Advisor(const Advisor&) = delete;
  Advisor& operator=(const Advisor&) = delete;
  virtual ~Advisor() = default;

  /// May take long, and cost something.
  [[nodiscard]] virtual Result<Advice> advise(const AdviceRequest& request) = 0;

  /// What is known of this without asking anybody: at once, and for nothing. No findings if nothing is.
  [[nodiscard]] virtual Advice known(const AdviceRequest&) { return {}; }
};

/// Advice on the most severe of the findings, with excerpts from the files that they name.
/// Nothing if there is no advisor or nothing to ask. Does not fail: why there is none is
/// in Advice::unavailable, and a file that cannot be read is not quoted.
[[nodiscard]] std::optional<Advice> advise_on(std::span<const Finding> findings, const Snapshot& snapshot,
                                              Advisor* advisor);

}  // namespace mlx
