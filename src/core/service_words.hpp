#pragma once

#include <string>

namespace dropcowboy {

/// What the answer to a failed request says to a person, and the id that support asks for.
struct ServiceWords {
  std::string message{};
  std::string request_id{};
  /// A stable word for the reason, to branch on; empty if there is none.
  std::string code{};
  /// Whether request_id goes before that of the X-Request-Id header.
  bool is_request_id_first = false;
};

}  // namespace dropcowboy
