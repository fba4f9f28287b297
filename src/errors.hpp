#pragma once

#include <string>
#include <utility>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// An error from before anything was sent.
inline Error not_sent(ErrorKind kind, std::string message) {
  Error error;
  error.kind = kind;
  error.delivery = Delivery::not_sent;
  error.message = std::move(message);
  return error;
}

/// For when there is no memory to say more; allocates nothing.
inline Error out_of_memory(Delivery delivery) noexcept {
  Error error;
  error.kind = ErrorKind::overloaded;
  error.delivery = delivery;
  error.transient = true;
  error.message = "out of memory";  // short enough for std::string's own buffer
  return error;
}

}  // namespace dropcowboy
