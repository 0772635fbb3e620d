#include "engine/advise/test_selection/explain_selection.h"

namespace mlx {
namespace {

std::string verb_of(const ReachStep& step) {
  switch (step.kind) {
    case ReachKind::kImports: return "imports";
    case ReachKind::kPackage: return "is in the package of";
    case ReachKind::kNames: return "names";
    case ReachKind::kComputes: return "puts together names of modules, such as that of";
    case ReachKind::kAnything: return "finds modules by what is there at run time, such as";
    case ReachKind::kUnreadable: return "has a syntax error here, so that it may import";
    case ReachKind::kConftest: return "uses fixtures of";
    case ReachKind::kPlugin: return "is run with the plugin";
    case ReachKind::kConfiguration: return "reads " + step.by + ", which names";
    case ReachKind::kUnread: return step.by + ": it may be";
    case ReachKind::kEntryPoint: return "loads entry points, such as";
    case ReachKind::kReads: return "may read";
  }
  return "";
}

}  // namespace

std::string explanation_of(const ReachStep& step) {
  return step.file + (step.line == 0 ? "" : ":" + std::to_string(step.line)) + " " + verb_of(step) + " " +
         step.reached;
}

std::string explanation_of(const WholeSuiteReason& reason) {
  return reason.file.empty() ? reason.text : reason.file + " " + reason.text;
}

std::string counted_tests(const TestSelection& selection) {
  return std::to_string(selection.selected_tests) + " of " + std::to_string(selection.all_tests) +
         (selection.all_tests == 1 ? " test" : " tests");
}

}  // namespace mlx
