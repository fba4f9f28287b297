#include "account/account_calls.hpp"

#include "account/account_codec.hpp"
#include "delivery/plain_call.hpp"

namespace dropcowboy {

namespace {

using delivery::Effect;
using delivery::Operation;
using delivery::Pipeline;

template <class Element>
constexpr Operation list(std::string_view name) noexcept {
  Operation operation{name, HttpMethod::get, Effect::reads, &understand_listing<Element>};
  operation.max_response_bytes = delivery::long_response_bytes;
  return operation;
}

constexpr Operation get_brands = list<Brand>("GET /brand");
constexpr Operation get_recordings = list<Media>("GET /recording");
constexpr Operation get_media = list<Media>("GET /media");
constexpr Operation get_pools = list<Pool>("GET /pool");

}  // namespace

Result<AccountCheck> check_account(const Pipeline& pipeline, const CallOptions& options) {
  auto answer = delivery::call(pipeline, get_brands, "/brand", {}, options);
  if (!answer) return std::move(answer).error();
  AccountCheck check;
  check.brands = std::any_cast<std::vector<Brand>&&>(std::move(answer->value));
  check.service_time = answer->http.service_time;
  return check;
}

Result<std::vector<Brand>> list_brands(const Pipeline& pipeline, const CallOptions& options) {
  return delivery::call_for<std::vector<Brand>>(pipeline, get_brands, "/brand", {}, options);
}

Result<std::vector<Media>> list_recordings(const Pipeline& pipeline,
                                           std::optional<bool> api_allowed,
                                           const CallOptions& options) {
  std::string_view path = "/recording";
  if (api_allowed) {
    path = *api_allowed ? "/recording?api_allowed=true" : "/recording?api_allowed=false";
  }
  return delivery::call_for<std::vector<Media>>(pipeline, get_recordings, path, {}, options);
}

Result<std::vector<Media>> list_media(const Pipeline& pipeline, const CallOptions& options) {
  return delivery::call_for<std::vector<Media>>(pipeline, get_media, "/media", {}, options);
}

Result<std::vector<Pool>> list_pools(const Pipeline& pipeline, const CallOptions& options) {
  return delivery::call_for<std::vector<Pool>>(pipeline, get_pools, "/pool", {}, options);
}

}  // namespace dropcowboy
