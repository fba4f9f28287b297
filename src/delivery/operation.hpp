#pragma once

#include <string_view>

#include "delivery/verdict.hpp"

namespace dropcowboy::delivery {

/// One kind of call to the service, as far as its delivery is concerned.
struct Operation {
  /// For events and messages: "POST /rvm". Static storage.
  std::string_view name{};
  HttpMethod method = HttpMethod::post;
  /// Reads only, so that it may be repeated after any transient failure.
  bool read_only = false;
  /// Reads the body of a 2xx answer.
  Reading (*read)(std::string_view body) = nullptr;
};

}  // namespace dropcowboy::delivery
