#pragma once

#include "dropcowboy/v2/message.hpp"

namespace dropcowboy::support {

/// A request without errors and, but for a callback_url that nobody can reach, without warnings.
inline v2::RvmRequest good_v2_request() {
  v2::RvmRequest request;
  request.to = "+15550010001";
  request.phone_line_id = "8d0f9a52-3c1e-4f0b-9f7a-52c1a4b7d9e0";
  request.media_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.postal_code = "90210-0001";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.foreign_id = "order-17";
  return request;
}

inline v2::SmsRequest good_v2_sms() {
  v2::SmsRequest request;
  request.to = "+15550020001";
  request.phone_line_id = "4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13";
  request.body = "Your table is ready.";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.foreign_id = "text-17";
  return request;
}

}  // namespace dropcowboy::support
