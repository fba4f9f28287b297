#pragma once

#include <string>

namespace dropcowboy {

/// What the answer to a failed request says to a person, and the id that support asks for.
struct ServiceWords {
  std::string message{};
  std::string request_id{};
};

}  // namespace dropcowboy
