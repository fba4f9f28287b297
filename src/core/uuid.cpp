#include "core/uuid.hpp"

#include "core/make_error.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

std::string uuid_of(UuidBytes bytes, unsigned version) {
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

std::string new_random_uuid() {
  UuidBytes bytes{};
  if (!platform::fill_random(bytes.data(), bytes.size())) {
    throw Exception(not_sent(ErrorKind::configuration,
                             "the operating system gave no random bytes for an idempotency key"));
  }
  return uuid_of(bytes, 4);
}

}  // namespace dropcowboy
