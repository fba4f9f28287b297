#include "dropcowboy/foreign_id.hpp"

#include <array>
#include <cstdint>

#include "core/make_error.hpp"
#include "core/uuid.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

namespace {

using Bytes = std::array<unsigned char, 16>;

/// The text of a UUID of such a version (RFC 9562).
std::string uuid_of(Bytes bytes, unsigned version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | version << 4U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);  // the variant
  constexpr char digits[] = "0123456789abcdef";
  std::string id(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    id[at++] = digits[bytes[i] >> 4U];
    id[at++] = digits[bytes[i] & 0x0FU];
  }
  return id;
}

}  // namespace

std::string new_random_uuid() {
  Bytes bytes{};
  if (!platform::fill_random(bytes.data(), bytes.size())) {
    throw Exception(not_sent(ErrorKind::configuration,
                             "the operating system gave no random bytes for an idempotency key"));
  }
  return uuid_of(bytes, 4);
}

std::string new_foreign_id(std::chrono::system_clock::time_point now) {
  constexpr std::size_t time_bytes = 6;
  Bytes bytes{};
  if (!platform::fill_random(bytes.data() + time_bytes, bytes.size() - time_bytes)) {
    throw Exception(
        not_sent(ErrorKind::configuration,
                 "the operating system gave no random bytes for a foreign_id; set one yourself"));
  }
  const auto since_1970 =
      std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
  auto time = static_cast<std::uint64_t>(since_1970);
  for (std::size_t i = time_bytes; i > 0; --i, time >>= 8U) {
    bytes[i - 1] = static_cast<unsigned char>(time & 0xFFU);
  }
  return uuid_of(bytes, 7);
}

}  // namespace dropcowboy
