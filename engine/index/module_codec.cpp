#include "engine/index/module_codec.h"

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "engine/index/facts_version.h"

namespace mlx {
namespace {

/// FNV-1a (Fowler, Noll, Vo), 64 bits, eight bytes at a time: finds damage, not malice.
std::uint64_t check_sum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325ULL;
  const auto mix = [&sum](std::uint64_t part) {
    sum = (sum ^ part) * 0x100000001b3ULL;
    sum ^= sum >> 29U;
  };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t part = 0;
    for (std::size_t k = 0; k < 8; ++k)
      part |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
    mix(part);
  }
  for (; i < bytes.size(); ++i) mix(static_cast<unsigned char>(bytes[i]));
  return sum;
}

template <typename T, typename U>
concept Of = std::same_as<std::remove_const_t<T>, U>;

// The members of every type, once for both directions.
template <typename Archive, Of<PythonContext> T>
void members(Archive& archive, T& value) {
  archive(value.is_type_checking, value.is_optional, value.is_deferred, value.is_conditional);
}
template <typename Archive, Of<PythonImport> T>
void members(Archive& archive, T& value) {
  archive(value.module, value.level, value.name, value.alias, value.is_dynamic, value.is_top_level,
          value.context, value.line);
}
template <typename Archive, Of<PythonSymbol> T>
void members(Archive& archive, T& value) {
  archive(value.name, value.kind, value.signature, value.summary, value.line);
}
template <typename Archive, Of<PythonField> T>
void members(Archive& archive, T& value) {
  archive(value.name, value.annotation, value.default_text, value.environment, value.is_required,
          value.literal, value.description, value.line);
}
template <typename Archive, Of<PythonClass> T>
void members(Archive& archive, T& value) {
  archive(value.name, value.bases, value.environment_prefix, value.fields, value.is_dataclass, value.line);
}
template <typename Archive, Of<PythonRouter> T>
void members(Archive& archive, T& value) {
  archive(value.variable, value.type, value.prefix, value.is_prefix_known, value.function, value.line);
}
template <typename Archive, Of<PythonRoute> T>
void members(Archive& archive, T& value) {
  archive(value.router, value.methods, value.path, value.handler, value.function, value.line);
}
template <typename Archive, Of<PythonInclusion> T>
void members(Archive& archive, T& value) {
  archive(value.into, value.router, value.prefix, value.is_prefix_known, value.function, value.line);
}
template <typename Archive, Of<EnvironmentRead> T>
void members(Archive& archive, T& value) {
  archive(value.name, value.is_required, value.fallback, value.context, value.line);
}
template <typename Archive, Of<ServiceAddress> T>
void members(Archive& archive, T& value) {
  archive(value.scheme, value.host, value.port, value.line);
}
template <typename Archive, Of<ApplicationFactory> T>
void members(Archive& archive, T& value) {
  archive(value.function, value.variable, value.type, value.calls, value.line);
}
template <typename Archive, Of<PythonRegistration> T>
void members(Archive& archive, T& value) {
  archive(value.registry, value.names, value.argument_count, value.is_decorator, value.line);
}
template <typename Archive, Of<PythonListener> T>
void members(Archive& archive, T& value) {
  archive(value.application, value.port, value.is_background, value.context, value.line);
}
template <typename Archive, Of<SourceProblem> T>
void members(Archive& archive, T& value) {
  archive(value.code, value.message, value.line);
}
template <typename Archive, Of<PythonUse> T>
void members(Archive& archive, T& value) {
  archive(value.name, value.kind, value.function, value.is_in_async, value.is_awaited, value.keywords,
          value.line);
}
template <typename Archive, Of<PythonPractice> T>
void members(Archive& archive, T& value) {
  archive(value.kind, value.symbol, value.line, value.end_line, value.detail);
}
template <typename Archive, Of<PythonComputedImport> T>
void members(Archive& archive, T& value) {
  archive(value.pattern, value.is_in_own_package, value.line);
}
template <typename Archive, Of<PythonMentions> T>
void members(Archive& archive, T& value) {
  archive(value.words, value.computed_imports, value.lists_files, value.lists_modules,
          value.lists_entry_points, value.attaches_stub, value.names_itself);
}
template <typename Archive, Of<PythonModule> T>
void members(Archive& archive, T& value) {
  archive(value.summary, value.imports, value.symbols, value.has_all, value.is_all_known, value.all,
          value.classes, value.routers, value.routes, value.inclusions, value.environment, value.services,
          value.factories, value.registrations, value.listeners, value.uses, value.practices, value.mentions,
          value.is_script, value.problems);
}

class Writer {
 public:
  template <typename... Values>
  void operator()(const Values&... values) {
    (put(values), ...);
  }
  [[nodiscard]] std::string& bytes() { return bytes_; }

 private:
  void put_number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  template <typename T>
  void put(const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      put_number(static_cast<std::uint64_t>(value));
    } else if constexpr (std::same_as<T, std::string>) {
      put_number(value.size());
      bytes_ += value;
    } else if constexpr (std::same_as<T, std::optional<std::string>>) {
      put_number(value ? 1 : 0);
      if (value) put(*value);
    } else if constexpr (requires { value.begin(); }) {
      put_number(value.size());
      for (const auto& element : value) put(element);
    } else {
      members(*this, value);
    }
  }

  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (take(values), ...);
  }
  [[nodiscard]] bool is_done() const { return is_good_ && rest_.empty(); }

 private:
  std::uint64_t take_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    is_good_ = false;
    return 0;
  }
  /// A count of things of at least one byte each.
  std::size_t take_count() {
    const std::uint64_t count = take_number();
    if (count <= rest_.size()) return count;
    is_good_ = false;
    return 0;
  }
  template <typename T>
  void take(T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      value = static_cast<T>(take_number());
    } else if constexpr (std::same_as<T, std::string>) {
      const std::size_t size = take_count();
      value.assign(rest_.substr(0, size));
      rest_.remove_prefix(size);
    } else if constexpr (std::same_as<T, std::optional<std::string>>) {
      if (take_number() != 0) take(value.emplace());
    } else if constexpr (requires { value.push_back(value.front()); }) {
      value.resize(take_count());
      for (auto& element : value) take(element);
    } else {
      members(*this, value);
    }
  }

  std::string_view rest_;
  bool is_good_ = true;
};

/// Eight bytes, the lowest first.
std::string fixed(std::uint64_t value) {
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return bytes;
}

constexpr std::size_t kHeader = 8;
constexpr std::size_t kTrailer = 8;

}  // namespace

std::string encode_module(const PythonModule& module) {
  Writer writer;
  writer.bytes() = fixed(facts_version());
  writer(module);
  writer.bytes() += fixed(check_sum(writer.bytes()));
  return std::move(writer.bytes());
}

bool is_encoded_module(std::string_view bytes) {
  if (bytes.size() < kHeader + kTrailer) return false;
  const auto body = bytes.substr(0, bytes.size() - kTrailer);
  return body.starts_with(fixed(facts_version())) && bytes.ends_with(fixed(check_sum(body)));
}

std::optional<PythonModule> decode_module(std::string_view bytes) {
  if (!is_encoded_module(bytes)) return std::nullopt;
  Reader reader(bytes.substr(kHeader, bytes.size() - kHeader - kTrailer));
  PythonModule module;
  reader(module);
  if (!reader.is_done()) return std::nullopt;
  return module;
}

}  // namespace mlx
