#include "v2/answers.hpp"

#include <optional>
#include <utility>

#include "json/listing.hpp"
#include "text/characters.hpp"

namespace dropcowboy::v2 {

namespace {

using delivery::Meaning;
using delivery::Understood;
using json::MemberReader;

/// What the answer is about; nothing if it has no such form.
std::optional<std::string_view> data_of(std::string_view body) {
  const auto document = json::document_of_answer(body);
  if (!document || !json::is_object(*document)) return std::nullopt;
  return json::member_of(*document, "data");
}

constexpr std::string_view name_of(const Readiness&) noexcept { return "readiness"; }
constexpr std::string_view name_of(const PhoneLine&) noexcept { return "line"; }
constexpr std::string_view name_of(const Media&) noexcept { return "media"; }
constexpr std::string_view name_of(const Voice&) noexcept { return "voice"; }
constexpr std::string_view name_of(const WebhookSubscription&) noexcept { return "webhook"; }

/// Under which the service hides a list of them.
constexpr std::string_view list_key_of(const PhoneLine&) noexcept { return "lines"; }
constexpr std::string_view list_key_of(const Media&) noexcept { return "medias"; }
constexpr std::string_view list_key_of(const Voice&) noexcept { return "voices"; }
constexpr std::string_view list_key_of(const WebhookSubscription&) noexcept { return "webhooks"; }

void mistyped(std::vector<Issue>& issues, std::string_view key, const char* message) {
  issues.push_back({Severity::error, key, IssueCode::invalid_value, message});
}

/// Texts as they are, anything else as JSON; `only_texts` reports that.
void read_texts(std::string_view object, std::string_view key, bool only_texts,
                std::vector<std::string>& field, std::vector<Issue>& issues) {
  const auto array = json::member_of(object, key);
  if (!array || *array == "null") return;
  if (!json::is_array(*array)) return mistyped(issues, key, "is not an array");
  bool has_others = false;
  for (json::Members elements(*array); elements.next();) {
    const std::string_view value = elements.value();
    if (value.front() == '"') {
      field.push_back(json::string_of(value));
    } else if (only_texts) {
      has_others = true;
    } else {
      json::append_compact(field.emplace_back(), value);
    }
  }
  if (has_others) mistyped(issues, key, "holds what is not a string");
}

/// A text, or the digits of a number.
void read_amount(std::string_view object, std::string_view key, std::string& field) {
  const auto value = json::member_of(object, key);
  if (!value) return;
  if (value->front() == '"') field = json::string_of(*value);
  if (text::is_digit(value->front()) || value->front() == '-') field = std::string(*value);
}

/// A member that is not null.
std::optional<std::string_view> part_of(std::string_view object, std::string_view key) {
  const auto part = json::member_of(object, key);
  return part == "null" ? std::nullopt : part;
}

void fill(Readiness& found, std::string_view value) {
  const MemberReader read(value, name_of(found), found.issues);
  read.truth("audio_url_allowed", found.audio_url_allowed);
  read.truth("test_numbers_only", found.test_numbers_only);
  read.text("usage_plan", found.usage_plan);
  read_texts(value, "test_numbers", true, found.test_numbers, found.issues);
  read_texts(value, "next_actions", false, found.next_actions, found.issues);
  if (const auto funds = part_of(value, "funds")) {
    MemberReader(*funds, "funds", found.issues).truth("funds_ok", found.funds_ok);
    read_amount(*funds, "available", found.funds_available);
  }
  if (const auto byoc = part_of(value, "byoc")) {
    MemberReader(*byoc, "byoc", found.issues).truth("connected", found.byoc_connected);
  }
  if (const auto numbers = part_of(value, "numbers")) {
    MemberReader(*numbers, "numbers", found.issues).count("count", found.number_count);
  }
  if (const auto voices = part_of(value, "voices")) {
    MemberReader(*voices, "voices", found.issues).count("count", found.voice_count);
  }
}

void fill(PhoneLine& line, std::string_view value) {
  const MemberReader read(value, name_of(line), line.issues);
  read.id("ivr_id", line.phone_line_id);
  read.text("name", line.name);
  read.text("type", line.type);
  read.truth("default", line.is_default);
  read.truth("is_default", line.is_default);
}

void fill(Media& media, std::string_view value) {
  const MemberReader read(value, name_of(media), media.issues);
  read.id("media_id", media.media_id);
  read.text("name", media.name);
  read.truth("media_exists", media.media_exists);
}

void fill(Voice& voice, std::string_view value) {
  const MemberReader read(value, name_of(voice), voice.issues);
  read.id("voice_id", voice.voice_id);
  read.text("name", voice.name);
  read.text("status", voice.status);
}

void fill(WebhookSubscription& webhook, std::string_view value) {
  const MemberReader read(value, name_of(webhook), webhook.issues);
  read.id("webhook_id", webhook.webhook_id);
  read.text("name", webhook.name);
  read.text("hook_url", webhook.hook_url);
  read_texts(value, "event_types", true, webhook.event_types, webhook.issues);
  std::string secret;
  read.text("signing_secret", secret);
  webhook.signing_secret = SigningSecret(std::move(secret));
  read.time("signing_secret_created_at", webhook.signing_secret_created_at);
}

/// The text that is kept has no secret in it.
template <class Element>
void hide_secret(Element&) {}
void hide_secret(WebhookSubscription& webhook) {
  const text::Redactor redact(webhook.signing_secret.value());
  webhook.json = redact(std::move(webhook.json));
}

/// An element that cannot be named is none.
bool is_there(const Readiness&) noexcept { return true; }
bool is_there(const Media& media) noexcept { return !media.media_id.empty(); }
bool is_there(const WebhookSubscription& webhook) noexcept { return !webhook.webhook_id.empty(); }

}  // namespace

template <class Element>
Understood understand_one(std::string_view body, const text::Redactor& redact) {
  const auto data = data_of(body);
  if (!data || !json::is_object(*data)) return {};
  Element element;
  fill(element, *data);
  if (!is_there(element)) return {};
  json::keep_text(*data, name_of(element), redact, element.json, element.issues);
  hide_secret(element);
  return {Meaning::success, std::move(element)};
}

template <class Element>
Understood understand_list(std::string_view body, const text::Redactor& redact) {
  auto array = data_of(body);
  if (array && json::is_object(*array)) array = json::member_of(*array, list_key_of(Element()));
  if (!array) return {};
  auto listing = json::read_listing<Element>(
      *array, name_of(Element()), redact,
      [](Element& element, std::string_view value) { fill(element, value); });
  if (!listing) return {};
  for (Element& element : *listing) hide_secret(element);
  return {Meaning::success, *std::move(listing)};
}

template Understood understand_one<Readiness>(std::string_view, const text::Redactor&);
template Understood understand_one<Media>(std::string_view, const text::Redactor&);
template Understood understand_one<WebhookSubscription>(std::string_view, const text::Redactor&);
template Understood understand_list<PhoneLine>(std::string_view, const text::Redactor&);
template Understood understand_list<Media>(std::string_view, const text::Redactor&);
template Understood understand_list<Voice>(std::string_view, const text::Redactor&);
template Understood understand_list<WebhookSubscription>(std::string_view, const text::Redactor&);

Understood understand_done(std::string_view body, const text::Redactor&) {
  if (text::is_blank(body)) return {Meaning::success, {}};
  const auto document = json::document_of_answer(body);
  if (!document || !json::is_object(*document)) return {};
  if (json::is_refusal(*document)) return {Meaning::refusal, {}};
  const auto data = json::member_of(*document, "data");
  const auto result = data ? json::member_of(*data, "result") : std::nullopt;
  if (result == "false") return {};
  return {Meaning::success, {}};
}

Understood understand_offer(std::string_view body, const text::Redactor&) {
  const auto data = data_of(body);
  if (!data) return {};
  std::vector<Issue> issues;
  UploadOffer offer;
  MemberReader(*data, "media", issues).id("media_id", offer.media_id);
  if (offer.media_id.empty()) return {};
  const auto upload = json::member_of(*data, "upload");
  const auto take = [&](std::string_view kind, Upload& target) {
    const auto place = upload ? json::member_of(*upload, kind) : std::nullopt;
    if (!place) return;
    const MemberReader read(*place, kind, issues);
    read.text("url", target.url);
    read.text("content_type", target.content_type);
  };
  take("mp3", offer.mp3);
  take("wav", offer.wav);
  return {Meaning::success, std::move(offer)};
}

Understood understand_consent(std::string_view body, const text::Redactor&) {
  const auto data = data_of(body);
  if (!data) return {};
  std::vector<Issue> issues;
  std::string id;
  MemberReader(*data, "consent", issues).id("consent_id", id);
  if (id.empty()) return {};
  return {Meaning::success, std::move(id)};
}

}  // namespace dropcowboy::v2
