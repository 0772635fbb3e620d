#include "bot/forge/github/credentials.h"

#include <array>

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

template <auto Function>
struct Free {
  template <typename T>
  void operator()(T* value) const {
    Function(value);
  }
};

/// A token that is about to end may end while the request that carries it is under way.
constexpr std::chrono::minutes kMargin{5};

}  // namespace

Result<std::string> app_jwt(std::string_view app_id, std::string_view private_key_pem,
                            std::chrono::sys_seconds now) {
  const auto seconds = now.time_since_epoch().count();
  const nlohmann::json claims = {{"iat", seconds - 60}, {"exp", seconds + 540}, {"iss", std::string(app_id)}};
  const std::string signed_part =
      base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims.dump());

  const std::unique_ptr<BIO, Free<BIO_free>> bio(
      BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())));
  const std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
  if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) {
    return fail(ErrorCode::kInvalidInput,
                "the App's private key is not an RSA key in PEM: download it again from the App's page");
  }
  const std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(signed_part.data());
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, signed_part.size()) != 1) {
    return fail(ErrorCode::kInvalidInput, "the App's private key cannot sign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                     signed_part.size()) != 1) {
    return fail(ErrorCode::kInvalidInput, "the App's private key cannot sign");
  }
  signature.resize(size);
  return signed_part + "." + base64url(signature);
}

std::optional<std::string> TokenCache::find(const std::string& key, std::chrono::sys_seconds now) const {
  const std::scoped_lock lock(mutex_);
  const auto found = tokens_.find(key);
  if (found == tokens_.end() || now + kMargin >= found->second.expires_at) return std::nullopt;
  return found->second.text;
}

void TokenCache::put(const std::string& key, std::string token, std::chrono::sys_seconds expires_at) {
  const std::scoped_lock lock(mutex_);
  tokens_.insert_or_assign(key, Token{.text = std::move(token), .expires_at = expires_at});
}

void TokenCache::forget(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  tokens_.erase(key);
}

}  // namespace mlx::bot
