#include "sandbox/keys.h"

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "engine/base/digest.h"

namespace mlx::sandbox {
namespace {

template <auto function>
struct Free {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

AppKey make_app_key() {
  constexpr unsigned kBits = 2048;
  const Key key(EVP_RSA_gen(kBits));
  const Bio private_pem(BIO_new(BIO_s_mem()));
  const Bio public_pem(BIO_new(BIO_s_mem()));
  if (key == nullptr ||
      PEM_write_bio_PrivateKey_traditional(private_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) != 1 ||
      PEM_write_bio_PUBKEY(public_pem.get(), key.get()) != 1) {
    throw std::runtime_error("OpenSSL could not make an RSA key");
  }
  return {text_of(private_pem.get()), text_of(public_pem.get())};
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t kNoBase64 = 0xFF;
/// What each byte stands for in base64.
constexpr auto kBase64Values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoBase64);
  for (std::size_t at = 0; at < kBase64.size(); ++at) {
    values.at(static_cast<unsigned char>(kBase64[at])) = static_cast<std::uint8_t>(at);
  }
  return values;
}();

std::string from_url_alphabet(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  return plain;
}

}  // namespace

const AppKey& app_key() {
  static const AppKey key = make_app_key();
  return key;
}

Result<nlohmann::json> verify_jwt(std::string_view token, const AppKey& app) {
  const auto undecodable = [] {
    return fail(ErrorCode::kUnauthorized, "A JSON web token could not be decoded");
  };
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  if (first == std::string_view::npos || first == second) return undecodable();
  const auto header = base64_decode(from_url_alphabet(token.substr(0, first)));
  const auto claims = base64_decode(from_url_alphabet(token.substr(first + 1, second - first - 1)));
  const auto signature = base64_decode(from_url_alphabet(token.substr(second + 1)));
  if (!header || !claims || !signature) return undecodable();
  const auto header_json = nlohmann::json::parse(*header, nullptr, false);
  auto claims_json = nlohmann::json::parse(*claims, nullptr, false);
  const bool is_rs256 = header_json.is_object() && header_json.value("alg", nlohmann::json()) == "RS256";
  if (!is_rs256 || !claims_json.is_object()) return undecodable();

  const Bio pem(BIO_new_mem_buf(app.public_pem.data(), static_cast<int>(app.public_pem.size())));
  const Key key(PEM_read_bio_PUBKEY(pem.get(), nullptr, nullptr, nullptr));
  const DigestContext context(EVP_MD_CTX_new());
  const std::string_view covered = token.substr(0, second);
  const bool is_valid = key != nullptr && context != nullptr &&
                        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
                        EVP_DigestVerify(context.get(), as_bytes(*signature), signature->size(),
                                         as_bytes(covered), covered.size()) == 1;
  if (!is_valid) return undecodable();
  return claims_json;
}

std::string hmac_sha1_hex(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), as_bytes(bytes), bytes.size(), out.data(),
           &size) == nullptr) {
    throw std::runtime_error("OpenSSL could not compute an HMAC");
  }
  return to_hex({reinterpret_cast<const char*>(out.data()), size});
}

std::string random_hex(std::size_t digits) {
  std::string bytes((digits + 1) / 2, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random bytes");
  }
  return to_hex(bytes).substr(0, digits);
}

std::string random_guid() {
  std::string hex = random_hex(32);
  hex[12] = '4';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" +
         hex.substr(20);
}

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8U) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= count ? kBase64[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
    }
  }
  return text;
}

Result<std::string> base64_decode(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  bool is_padded = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      is_padded = true;
      continue;
    }
    const std::uint32_t value = kBase64Values.at(static_cast<unsigned char>(c));
    if (value == kNoBase64 || is_padded) return fail(ErrorCode::kInvalidInput, "not base64");
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 0xFFU);
    }
  }
  if (count == 6) return fail(ErrorCode::kInvalidInput, "not base64");
  return bytes;
}

}  // namespace mlx::sandbox
