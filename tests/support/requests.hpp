#pragma once

#include "dropcowboy/rvm.hpp"

namespace dropcowboy::support {

/// A request without errors, to one of the vendor's simulated numbers.
inline RvmRequest good_request() {
  RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.phone_number = "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.forwarding_number = "+15557654321";
  request.foreign_id = "order-17";
  return request;
}

}  // namespace dropcowboy::support
