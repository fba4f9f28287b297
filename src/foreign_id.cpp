#include "dropcowboy/foreign_id.hpp"

#include <array>

#include "errors.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

std::string new_foreign_id() {
  std::array<unsigned char, 16> bytes{};
  if (!platform::fill_random(bytes.data(), bytes.size())) {
    throw Exception(
        not_sent(ErrorKind::configuration,
                 "the operating system gave no random bytes for a foreign_id; set one yourself"));
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);  // version 4 (RFC 9562, 5.4)
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
