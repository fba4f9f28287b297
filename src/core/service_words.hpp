#pragma once

#include <string>

namespace dropcowboy {

/// What the answer to a failed request says of the reason, and the id that support asks for.
struct ServiceWords {
  std::string message{};
  std::string request_id{};
  /// A stable word for the reason, to branch on; empty if there is none.
  std::string code{};
};

}  // namespace dropcowboy
