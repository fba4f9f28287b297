// byoc and extra_json are passed through as written: what validate() lets pass must neither break
// the body nor change any other member of it.
#include <nlohmann/json.hpp>

#include "dropcowboy/rvm.hpp"
#include "fuzz.hpp"

namespace {

using dropcowboy::RvmRequest;
using dropcowboy::fuzz::require;
using Json = nlohmann::json;

RvmRequest request() {
  RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.phone_number = "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.forwarding_number = "+15557654321";
  return request;
}

Json written(const RvmRequest& request) {
  Json body = Json::parse(to_json(request), nullptr, false);
  require(body.is_object(), "the body is one JSON object");
  return body;
}

const Json& plain() {
  static const Json body = written(request());
  return body;
}

void check_extra(const std::string& text) {
  RvmRequest with_extra = request();
  with_extra.extra_json = text;
  if (!validate(with_extra).ok()) return;
  const Json body = written(with_extra);
  const Json extra = Json::parse(text, nullptr, false);
  require(extra.is_object(), "extra_json is an object");
  require(body.size() == plain().size() + extra.size(), "no member is lost or replaced");
  for (const auto& [key, value] : plain().items())
    require(body[key] == value, "the rest is as ever");
  for (const auto& [key, value] : extra.items()) require(body[key] == value, "extra is as written");
}

void check_byoc(const std::string& text) {
  RvmRequest with_byoc = request();
  with_byoc.byoc = text;
  if (!validate(with_byoc).ok()) return;
  Json body = written(with_byoc);
  require(body["byoc"] == Json::parse(text, nullptr, false), "byoc is as written");
  body.erase("byoc");
  require(body == plain(), "the rest is as ever");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(dropcowboy::fuzz::text_of(data, size));
  check_extra(text);
  check_byoc(text);
  return 0;
}
