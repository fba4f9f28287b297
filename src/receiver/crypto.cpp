#include "receiver/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "core/make_error.hpp"
#include "text/characters.hpp"

namespace dropcowboy::receiver::crypto {

namespace {

[[noreturn]] void refuse() {
  throw Exception(not_sent(ErrorKind::configuration,
                           "OpenSSL cannot compute SHA-256: is it configured to forbid it?"));
}

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Digest hmac_sha256(std::string_view key, std::string_view message) {
  Digest digest{};
  unsigned int size = 0;
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   bytes_of(message), message.size(), digest.data(), &size);
  if (made == nullptr || size != digest.size()) refuse();
  return digest;
}

Digest sha256(std::string_view message) {
  Digest digest{};
  unsigned int size = 0;
  const int made =
      EVP_Digest(message.data(), message.size(), digest.data(), &size, EVP_sha256(), nullptr);
  if (made != 1 || size != digest.size()) refuse();
  return digest;
}

bool equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64url(const Digest& digest, std::size_t bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes * 4 + 2) / 3);
  unsigned int bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    bits = (bits << 8U) | digest[i];
    for (count += 8; count >= 6; count -= 6) {
      text += alphabet[(bits >> static_cast<unsigned int>(count - 6)) & 0x3FU];
    }
  }
  if (count > 0) text += alphabet[(bits << static_cast<unsigned int>(6 - count)) & 0x3FU];
  return text;
}

bool is_base64url(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return text::is_letter(c) || text::is_digit(c) || c == '-' || c == '_';
  });
}

void append_field(std::string& message, std::string_view field) {
  // Eight bytes, most significant first, whatever the machine.
  for (unsigned int shift = 64; shift > 0; shift -= 8) {
    message +=
        static_cast<char>((static_cast<unsigned long long>(field.size()) >> (shift - 8)) & 0xFFU);
  }
  message += field;
}

}  // namespace dropcowboy::receiver::crypto
