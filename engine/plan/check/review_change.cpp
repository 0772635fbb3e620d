#include "engine/plan/check/review_change.h"

#include <set>
#include <string>

namespace mlx {
namespace {

RuleFindings without(const RuleFindings& findings, const RuleFindings& others) {
  std::set<std::string> ids;
  for (const RuleFinding& other : others) ids.insert(id_of(other));
  RuleFindings rest;
  for (const RuleFinding& found : findings) {
    if (!ids.contains(id_of(found))) rest.push_back(found);
  }
  return rest;
}

}  // namespace

ChangeReview review_change(const RuleFindings& before, const RuleFindings& after) {
  RuleFindings added = without(after, before);
  RuleFindings kept = without(after, added);
  return {.added = std::move(added), .fixed = without(before, after), .kept = std::move(kept)};
}

}  // namespace mlx
