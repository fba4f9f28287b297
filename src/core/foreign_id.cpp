#include "dropcowboy/foreign_id.hpp"

#include <cstdint>

#include "core/make_error.hpp"
#include "core/uuid.hpp"
#include "platform/platform.hpp"

namespace dropcowboy {

std::string new_foreign_id(std::chrono::system_clock::time_point now) {
  constexpr std::size_t time_bytes = 6;
  UuidBytes bytes{};
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
