#include "testing/catalogue.hpp"

#include <nlohmann/json.hpp>

namespace dropcowboy::testing {

namespace {

using nlohmann::ordered_json;

constexpr const char* brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";

template <class Value>
void put(ordered_json& object, const char* key, const std::optional<Value>& value) {
  if (value) object[key] = *value;
}

ordered_json json_of(const Brand& brand) {
  ordered_json object = {{"brand_id", brand.brand_id},
                         {"company_name", brand.company_name},
                         {"dba_name", brand.dba_name}};
  put(object, "registered", brand.registered);
  put(object, "api_allowed", brand.api_allowed);
  return object;
}

ordered_json json_of(const Media& media) {
  ordered_json object = {{"media_id", media.media_id}, {"name", media.name}};
  if (media.created_at) {
    const auto since_epoch = media.created_at->time_since_epoch();
    object["created_at"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  }
  put(object, "api_allowed", media.api_allowed);
  return object;
}

ordered_json json_of(const Pool& pool) {
  ordered_json object = {{"pool_id", pool.pool_id},
                         {"name", pool.name},
                         {"brand_id", pool.brand_id},
                         {"service_type", pool.service_type}};
  put(object, "number_count", pool.number_count);
  return object;
}

template <class Element>
void append(std::string& listing, const Element& element, const Credentials& account) {
  if (listing.size() > 1) listing += ',';
  if (!element.json.empty()) {
    listing += element.json;
    return;
  }
  ordered_json object = json_of(element);
  object["team_id"] = account.team_id;  // as live answers do
  listing += object.dump();
}

Media sample_media(const char* id, const char* name, long long created_at, bool api_allowed) {
  Media media;
  media.media_id = id;
  media.name = name;
  media.created_at = std::chrono::system_clock::time_point(std::chrono::milliseconds(created_at));
  media.api_allowed = api_allowed;
  return media;
}

Pool sample_pool(const char* id, const char* name, const char* service_type) {
  Pool pool;
  pool.pool_id = id;
  pool.name = name;
  pool.brand_id = brand_id;
  pool.service_type = service_type;
  pool.number_count = 12;
  return pool;
}

}  // namespace

SimulatedAccount SimulatedAccount::sample() {
  SimulatedAccount account;
  Brand brand;
  brand.brand_id = brand_id;
  brand.company_name = "Acme Incorporated";
  brand.dba_name = "Acme";
  brand.registered = true;
  brand.api_allowed = true;
  account.brands = {brand};
  account.recordings = {
      sample_media("0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21", "Reminder", 1'756'851'172'641, true),
      sample_media("6a1f0f0e-7f0b-4a55-8c52-0a9f5d0f3b72", "Draft", 1'756'937'572'641, false)};
  account.media = account.recordings;
  account.media.push_back(
      sample_media("e2c0b9a1-51f6-4b0e-9a44-7f6f4b0c1d93", "Greeting", 1'757'023'972'641, true));
  account.pools = {sample_pool("c1de1f0a-0c5b-4a44-b1b0-2d2f6f0f9f11", "Local numbers", "rvm"),
                   sample_pool("text", "Text messages", "sms")};
  return account;
}

std::string listing_of(const std::vector<Brand>& brands, const Credentials& account) {
  std::string listing = "[";
  for (const Brand& brand : brands) append(listing, brand, account);
  return listing + ']';
}

std::string listing_of(const std::vector<Media>& media, const Credentials& account,
                       std::optional<bool> api_allowed) {
  std::string listing = "[";
  for (const Media& one : media) {
    if (!api_allowed || one.api_allowed == api_allowed) append(listing, one, account);
  }
  return listing + ']';
}

std::string listing_of(const std::vector<Pool>& pools, const Credentials& account) {
  std::string listing = "[";
  for (const Pool& pool : pools) append(listing, pool, account);
  return listing + ']';
}

}  // namespace dropcowboy::testing
