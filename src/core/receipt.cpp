#include "dropcowboy/receipt.hpp"

#include <tuple>

namespace dropcowboy {

bool operator==(const Receipt& a, const Receipt& b) noexcept {
  return std::tie(a.status, a.foreign_id, a.wire_foreign_id, a.drop_id, a.request_id, a.http_status,
                  a.attempts, a.body) == std::tie(b.status, b.foreign_id, b.wire_foreign_id,
                                                  b.drop_id, b.request_id, b.http_status,
                                                  b.attempts, b.body);
}

}  // namespace dropcowboy
