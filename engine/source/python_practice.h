#pragma once

#include <cstdint>
#include <string>

namespace mlx {

/// What is written by hand although it is the same in every project.
enum class PracticeKind : std::uint8_t {
  kRetryLoop,           ///< a loop that tries again after an exception
  kCache,               ///< a dict that a function looks into and fills
  kRateLimit,           ///< times or tokens that are compared with a limit
  kEnvironmentParsing,  ///< several environment variables read and converted one by one
  kModelLoading,        ///< `pickle.load`, `joblib.load`, `torch.load`
  kCsvValidation,       ///< a table that is read and whose columns are checked
  kApplicationFactory,  ///< a web application that is made with its routes or middleware
  kRegistry,            ///< classes or functions that register themselves under a name
  kLiteralSecret,       ///< a password, key or token in plain text
};

/// One such place. Precision goes before recall: what is not certain is not reported.
struct PythonPractice {
  PracticeKind kind = PracticeKind::kRetryLoop;
  std::string symbol;  ///< the function or class: `fetch`, `Store.get`; the variable of a secret at the top
                       ///< level; empty for other code outside of functions
  std::uint32_t line = 0;
  std::uint32_t end_line = 0;
  std::string detail;  ///< what shows it, in a few words: `3 attempts with time.sleep`; never a secret itself

  bool operator==(const PythonPractice&) const = default;
};

}  // namespace mlx
