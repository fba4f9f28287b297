#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <string>
#include <vector>

#include "dropcowboy/receiver/callback_signer.hpp"

namespace dropcowboy::support {

inline const receiver::SigningKey old_key{"2024-05", "0123456789abcdef0123456789abcdef"};
inline const receiver::SigningKey new_key{"2024-06", "fedcba9876543210fedcba9876543210"};

inline std::shared_ptr<receiver::CallbackSigner> signer(
    std::vector<receiver::SigningKey> keys = {old_key}, const std::string& team = "team-1") {
  return std::make_shared<receiver::CallbackSigner>(team, std::move(keys));
}

/// What a service would send as X-Signature; written apart from the library.
inline std::string signature_of(const std::string& secret, const std::string& timestamp,
                                const std::string& body) {
  const std::string message = timestamp + "." + body;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &size);
  std::string text = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4U];
    text += "0123456789abcdef"[digest[i] & 0xFU];
  }
  return text;
}

/// A callback of v1 as the service writes it.
inline std::string callback_body(const std::string& wire_foreign_id,
                                 const std::string& phone_number = "+15550010001",
                                 const std::string& status = "success") {
  return R"({"drop_id":"5c8eb7a2f1d3e40011a9c3b7","phone_number":")" + phone_number +
         R"(","attempt_date":"2019-03-17T21:10:26.000Z","status":")" + status +
         R"(","reason":"","dnc":false,"spam":false,"foreign_id":")" + wire_foreign_id + R"("})";
}

}  // namespace dropcowboy::support
