#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace mlx::testing {

/// A new RSA key, as the private key of a GitHub App is one.
class RsaKey {
 public:
  RsaKey() : key_(EVP_RSA_gen(2048), &EVP_PKEY_free) {}

  [[nodiscard]] EVP_PKEY* handle() const { return key_.get(); }
  [[nodiscard]] std::string private_pem() const { return pem_of(key_.get()); }

  /// A private key of another kind.
  [[nodiscard]] static std::string elliptic_curve_pem() {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    return pem_of(key.get());
  }

 private:
  static std::string pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    const bool is_written = key != nullptr && PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0,
                                                                       nullptr, nullptr) == 1;
    if (!is_written) throw std::runtime_error("OpenSSL could not make a key");
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace mlx::testing
