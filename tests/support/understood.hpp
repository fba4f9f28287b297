#pragma once

#include <any>
#include <optional>
#include <string_view>

#include "delivery/understood.hpp"

namespace dropcowboy::support {

/// What is read out of an answer by a client without a secret; nothing if it is no success.
template <class Value>
std::optional<Value> read(delivery::Understand understand, std::string_view body) {
  delivery::Understood understood = understand(body, text::Redactor(""));
  if (understood.meaning != delivery::Meaning::success) return std::nullopt;
  return std::any_cast<Value&&>(std::move(understood.value));
}

}  // namespace dropcowboy::support
