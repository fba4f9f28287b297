#include "account/account_codec.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "dropcowboy/account.hpp"
#include "json/document.hpp"

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

// A listing costs memory for every element, however short. Those of the service are longer.
constexpr std::size_t shortest_mean_length = 32;
constexpr std::size_t any_length_up_to = 1000;  // elements

bool is_plausible(std::size_t elements, std::string_view listing) noexcept {
  return elements <= any_length_up_to || elements <= listing.size() / shortest_mean_length;
}

/// How many elements the listing has; nothing if it is none.
std::optional<std::size_t> count_elements(std::optional<std::string_view> document) {
  if (!document || !json::is_array(*document)) return std::nullopt;
  std::size_t count = 0;
  for (json::Members elements(*document); elements.next();) ++count;
  if (!is_plausible(count, *document)) return std::nullopt;
  return count;
}

}  // namespace

template <class Element>
delivery::Understood understand_listing(std::string_view body, const text::Redactor& redact) {
  const auto document = json::document_of_answer(body);
  const auto count = count_elements(document);
  if (!count)
    return {document && json::is_refusal(*document) ? Meaning::refusal : Meaning::unclear};
  std::vector<Element> listing;
  listing.reserve(*count);
  for (json::Members elements(*document); elements.next();) {
    Element& element = listing.emplace_back();
    fill(element, elements.value());
    json::take_over_text(elements.value(), name_of(element), redact, element.json, element.issues);
  }
  return {Meaning::success, std::move(listing)};
}

template delivery::Understood understand_listing<Brand>(std::string_view, const text::Redactor&);
template delivery::Understood understand_listing<Media>(std::string_view, const text::Redactor&);
template delivery::Understood understand_listing<Pool>(std::string_view, const text::Redactor&);

}  // namespace dropcowboy
