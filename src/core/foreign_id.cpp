#include "dropcowboy/foreign_id.hpp"

#include <array>
#include <cstdint>

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

std::string new_foreign_id(std::chrono::system_clock::time_point now) {
  constexpr std::size_t time_bytes = 6;
  std::array<unsigned char, 16> bytes{};
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
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x70U);  // version 7 (RFC 9562, 5.7)
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);  // variant of RFC 9562

  constexpr char digits[] = "0123456789abcdef";
  std::string id;
  id.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += digits[bytes[i] >> 4U];
    id += digits[bytes[i] & 0x0FU];
  }
  return id;
}

}  // namespace dropcowboy
