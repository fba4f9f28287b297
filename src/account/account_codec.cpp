#include "account/account_codec.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "dropcowboy/account.hpp"
#include "json/listing.hpp"

namespace dropcowboy {

namespace {

using delivery::Meaning;

constexpr std::string_view name_of(const Brand&) noexcept { return "brand"; }
constexpr std::string_view name_of(const Media&) noexcept { return "media"; }
constexpr std::string_view name_of(const Pool&) noexcept { return "pool"; }

void fill(Brand& brand, std::string_view value) {
  const json::MemberReader read(value, name_of(brand), brand.issues);
  read.id("brand_id", brand.brand_id);
  read.text("company_name", brand.company_name);
  read.text("dba_name", brand.dba_name);
  read.truth("registered", brand.registered);
  read.truth("api_allowed", brand.api_allowed);
}

void fill(Media& media, std::string_view value) {
  const json::MemberReader read(value, name_of(media), media.issues);
  read.id("media_id", media.media_id);
  read.text("name", media.name);
  read.time("created_at", media.created_at);
  read.truth("api_allowed", media.api_allowed);
}

void fill(Pool& pool, std::string_view value) {
  const json::MemberReader read(value, name_of(pool), pool.issues);
  read.id("pool_id", pool.pool_id);
  read.text("name", pool.name);
  read.text("brand_id", pool.brand_id);
  read.text("service_type", pool.service_type);
  read.count("number_count", pool.number_count);
}

}  // namespace

template <class Element>
delivery::Understood understand_listing(std::string_view body, const text::Redactor& redact) {
  const auto document = json::document_of_answer(body);
  if (!document) return {};
  auto listing = json::read_listing<Element>(
      *document, name_of(Element()), redact,
      [](Element& element, std::string_view value) { fill(element, value); });
  if (listing) return {Meaning::success, *std::move(listing)};
  return {json::is_refusal(*document) ? Meaning::refusal : Meaning::unclear};
}

template delivery::Understood understand_listing<Brand>(std::string_view, const text::Redactor&);
template delivery::Understood understand_listing<Media>(std::string_view, const text::Redactor&);
template delivery::Understood understand_listing<Pool>(std::string_view, const text::Redactor&);

}  // namespace dropcowboy
