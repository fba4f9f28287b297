#include "json/account_codec.hpp"

#include "json/document.hpp"

namespace dropcowboy::json {

namespace {

constexpr std::string_view name_of(const Brand&) noexcept { return "brand"; }
constexpr std::string_view name_of(const Media&) noexcept { return "media"; }
constexpr std::string_view name_of(const Pool&) noexcept { return "pool"; }

void fill(Brand& brand, const nlohmann::json& value) {
  const MemberReader read(value, name_of(brand), brand.issues);
  read.id("brand_id", brand.brand_id);
  read.text("company_name", brand.company_name);
  read.text("dba_name", brand.dba_name);
  read.truth("registered", brand.registered);
  read.truth("api_allowed", brand.api_allowed);
}

void fill(Media& media, const nlohmann::json& value) {
  const MemberReader read(value, name_of(media), media.issues);
  read.id("media_id", media.media_id);
  read.text("name", media.name);
  read.time("created_at", media.created_at);
  read.truth("api_allowed", media.api_allowed);
}

void fill(Pool& pool, const nlohmann::json& value) {
  const MemberReader read(value, name_of(pool), pool.issues);
  read.id("pool_id", pool.pool_id);
  read.text("name", pool.name);
  read.text("brand_id", pool.brand_id);
  read.text("service_type", pool.service_type);
  read.count("number_count", pool.number_count);
}

}  // namespace

delivery::Reading read_listing(std::string_view body) {
  const auto document = parse_document(body);
  if (document && document->is_array()) return delivery::Reading::success;
  return refusal_or_unclear(document);
}

template <class Element>
std::optional<std::vector<Element>> decode_listing(std::string_view body) {
  const auto document = parse_document(body);
  if (!document || !document->is_array()) return std::nullopt;
  const std::vector<std::string_view> texts = element_texts(body);
  std::vector<Element> elements(document->size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    fill(elements[i], (*document)[i]);
    take_over_text(texts.at(i), name_of(elements[i]), elements[i].json, elements[i].issues);
  }
  return elements;
}

template std::optional<std::vector<Brand>> decode_listing(std::string_view body);
template std::optional<std::vector<Media>> decode_listing(std::string_view body);
template std::optional<std::vector<Pool>> decode_listing(std::string_view body);

}  // namespace dropcowboy::json
