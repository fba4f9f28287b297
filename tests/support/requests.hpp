#pragma once

#include "dropcowboy/contact_list.hpp"
#include "dropcowboy/rvm.hpp"
#include "dropcowboy/sms.hpp"

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

/// A request with every kind of member.
inline RvmRequest request_with_everything() {
  RvmRequest request = good_request();
  request.extra_json = R"({"color":"red","list":[1,2,{"deep":[true,null]}]})";
  request.byoc = R"({"trunk":{"name":"a trunk with a name too long for small buffers"}})";
  request.callback_url = "https://hooks.acme.test/dropcowboy/results";
  request.postal_code = "90210-0001";
  return request;
}

inline RvmRequest request_with_errors() {
  RvmRequest request;
  request.phone_number = "not a number";
  request.extra_json = "[]";
  return request;
}

/// A text message without errors.
inline SmsRequest good_sms() {
  SmsRequest request;
  request.phone_number = "+15550020001";
  request.caller_id = "+15557654321";
  request.pool_id = "text";
  request.sms_body = "Your table is ready.";
  request.opt_in = true;
  request.foreign_id = "text-17";
  return request;
}

/// Contacts without errors, with a name and a number each.
inline ContactRows good_contacts(std::size_t count) {
  ContactRows rows;
  rows.fields = {"first_name", "phone"};
  for (std::size_t i = 0; i < count; ++i) {
    rows.values.push_back({"Contact " + std::to_string(i), std::to_string(15'552'000'000 + i)});
    rows.values.back()[1].insert(0, 1, '+');
  }
  return rows;
}

}  // namespace dropcowboy::support
