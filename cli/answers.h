#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project.h"

// What commands answer, as values: for `--json`, and for whoever asks without a terminal.

namespace mlx::cli {

struct Answer {
  nlohmann::json value;  ///< as docs/schema describes it
  int status = kDone;    ///< the exit code of the command
  std::vector<std::string>
      remarks;  ///< what is to be known beside it: how registries were read, what could not be
};

[[nodiscard]] Result<Answer> add_answer(const AddArguments& arguments, const OpenProject& project);
[[nodiscard]] Result<Answer> check_answer(const CheckArguments& arguments, const OpenProject& project);
[[nodiscard]] Result<Answer> info_answer(const InfoArguments& arguments, const OpenProject& project);
[[nodiscard]] Result<Answer> list_answer(const ListArguments& arguments, const OpenProject& project);
[[nodiscard]] Result<Answer> recommend_answer(const RecommendArguments& arguments,
                                              const OpenProject& project);
[[nodiscard]] Result<Answer> status_answer(const OpenProject& project);

/// The value on standard output, the remarks on standard error; returns the exit code. An answer that there
/// is none of is reported.
int print_answer(const Result<Answer>& answer);

/// The remarks alone, for a command that shows its answer in words.
void print_remarks(const std::vector<std::string>& remarks);

/// What is to be known of how the registries were read, one remark each.
[[nodiscard]] std::vector<std::string> remarks_of(const Registries& registries);

/// A failure beside an answer that could be given nevertheless.
[[nodiscard]] std::string remark_of(const Error& error);

}  // namespace mlx::cli
