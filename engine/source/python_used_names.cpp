#include "engine/source/python_used_names.h"

namespace mlx {

PythonUsedNames::PythonUsedNames() {
  add("open", Kind::kBuiltin, "open");
  add("input", Kind::kBuiltin, "input");
}

std::size_t PythonUsedNames::filter_bit(std::string_view name) {
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  const auto middle = static_cast<unsigned char>(name[name.size() / 2]);
  return (first * 31U + last * 7U + middle * 101U + name.size() * 53U) % 4096U;
}

void PythonUsedNames::set(std::string_view name, Name value) {
  if (depth_ > 0) {
    const auto known = names_.find(name);
    changes_.emplace_back(std::string(name),
                          known == names_.end() ? std::nullopt : std::optional(std::move(known->second)));
  }
  names_.insert_or_assign(std::string(name), std::move(value));
}

void PythonUsedNames::add(std::string_view name, Kind kind, std::string full) {
  if (name.empty()) return;
  const std::size_t bit = filter_bit(name);
  filter_.at(bit / 64) |= std::uint64_t{1} << (bit % 64);
  set(name, {.full = std::move(full), .kind = kind});
}

void PythonUsedNames::hide(std::string_view name) {
  if (find(name) != nullptr) set(name, {.full = {}, .kind = Kind::kHidden});
}

const PythonUsedNames::Name* PythonUsedNames::find(std::string_view name) const {
  if (name.empty()) return nullptr;
  const std::size_t bit = filter_bit(name);
  if ((filter_.at(bit / 64) >> (bit % 64) & 1U) == 0) return nullptr;
  const auto known = names_.find(name);
  return known == names_.end() || known->second.kind == Kind::kHidden ? nullptr : &known->second;
}

void PythonUsedNames::end_function(std::size_t begin) {
  --depth_;
  for (; changes_.size() > begin; changes_.pop_back()) {
    auto& [name, before] = changes_.back();
    if (before) {
      names_.insert_or_assign(std::move(name), std::move(*before));
    } else {
      names_.erase(name);
    }
  }
}

}  // namespace mlx
