#include "calls/account_calls.hpp"

#include "calls/plain_call.hpp"
#include "json/account_codec.hpp"

namespace dropcowboy {

namespace {

using delivery::Effect;
using delivery::Operation;
using delivery::Pipeline;

constexpr Operation list(std::string_view name) noexcept {
  Operation operation{name, HttpMethod::get, Effect::reads, &json::read_listing};
  operation.max_answer_bytes = delivery::long_answer_bytes;
  return operation;
}

constexpr Operation get_brands = list("GET /brand");
constexpr Operation get_recordings = list("GET /recording");
constexpr Operation get_media = list("GET /media");
constexpr Operation get_pools = list("GET /pool");

template <class Element>
Result<std::vector<Element>> list(const Pipeline& pipeline, const Operation& operation,
                                  std::string_view path, const SendOptions& options) {
  return call(pipeline, operation, path, {}, options, &json::decode_listing<Element>);
}

}  // namespace

Result<AccountCheck> check_account(const Pipeline& pipeline, const SendOptions& options) {
  const auto answer = call(pipeline, get_brands, "/brand", {}, options);
  if (!answer) return answer.error();
  auto brands = decoded(get_brands, *answer, &json::decode_listing<Brand>);
  if (!brands) return std::move(brands).error();
  AccountCheck check;
  check.brands = *std::move(brands);
  check.service_time = answer->http.service_time;
  return check;
}

Result<std::vector<Brand>> list_brands(const Pipeline& pipeline, const SendOptions& options) {
  return list<Brand>(pipeline, get_brands, "/brand", options);
}

Result<std::vector<Media>> list_recordings(const Pipeline& pipeline,
                                           std::optional<bool> api_allowed,
                                           const SendOptions& options) {
  std::string_view path = "/recording";
  if (api_allowed) {
    path = *api_allowed ? "/recording?api_allowed=true" : "/recording?api_allowed=false";
  }
  return list<Media>(pipeline, get_recordings, path, options);
}

Result<std::vector<Media>> list_media(const Pipeline& pipeline, const SendOptions& options) {
  return list<Media>(pipeline, get_media, "/media", options);
}

Result<std::vector<Pool>> list_pools(const Pipeline& pipeline, const SendOptions& options) {
  return list<Pool>(pipeline, get_pools, "/pool", options);
}

}  // namespace dropcowboy
