#include "testing/v2/webhooks.hpp"

#include <algorithm>

#include "testing/hmac_sha256.hpp"
#include "testing/http_url.hpp"
#include "testing/judge_tools.hpp"
#include "testing/v2/answers.hpp"

namespace dropcowboy::testing::v2 {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::size_t max_hooks = 50;
constexpr std::size_t max_name = 100;
constexpr int max_attempts = 3;
// The vendor says "keeps failing" and "some minutes".
constexpr int failures_until_pause = 5;
constexpr minutes pause{5};

long long milliseconds_of(ServiceClock::TimePoint time) {
  return std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
}

/// The vendor takes https only; what is on this machine may do without.
Objection url_objection(const json& body) {
  const auto url = parse_http_url(text_at(body, "hook_url"));
  if (url && (url->is_https || is_loopback(url->host))) return {};
  return "hook_url must be an https URL (http is taken here for loopback hosts)";
}

Objection types_objection(const json& body) {
  const auto types = body.find("event_types");
  const bool are_texts = types != body.end() && types->is_array() && !types->empty() &&
                         std::all_of(types->begin(), types->end(), [](const json& type) {
                           return type.is_string() && !type.get_ref<const std::string&>().empty();
                         });
  return are_texts ? Objection() : "event_types must be an array of texts, with one at least";
}

Objection name_objection(const json& body) {
  if (!has(body, "name")) return {};
  const json& name = body["name"];
  const bool fits = name.is_string() && count_characters(name.get<std::string>()) <= max_name;
  return fits ? Objection() : "name must be a text of at most 100 characters";
}

bool is_told_again(int status) {
  return status == 0 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

/// One event on its way to one webhook.
class WebhookAnnouncement final : public Announcement {
 public:
  WebhookAnnouncement(Webhooks& webhooks, std::string webhook_id, Webhooks::Event event)
      : webhooks_(webhooks), webhook_id_(std::move(webhook_id)), event_(std::move(event)) {}

  bool is_again() const noexcept override { return attempt_ > 0; }

  std::optional<Notice> next(ServiceClock::TimePoint now) override {
    const std::lock_guard lock(webhooks_.mutex_);
    const Webhooks::Hook* hook = webhooks_.find(webhook_id_);
    if (hook == nullptr) return std::nullopt;
    if (attempt_ == 0) {
      const ordered_json body = {{"event_id", event_.event_id},
                                 {"event", event_.name},
                                 {"event_at", milliseconds_of(now)},
                                 {"data", event_.data(now)}};
      body_ = body.dump();
    }
    Notice notice;
    notice.is_dropped = attempt_ == 0 && now < hook->paused_until;
    notice.attempt = ++attempt_;
    notice.url = hook->hook_url;
    notice.body = body_;
    notice.event = event_.name;
    notice.time_limit = std::chrono::seconds(5);
    sign(notice, hook->secret, now);
    return notice;
  }

  std::optional<milliseconds> answered(int status, ServiceClock::TimePoint now) override {
    const std::lock_guard lock(webhooks_.mutex_);
    Webhooks::Hook* hook = webhooks_.find(webhook_id_);
    if (hook == nullptr) return std::nullopt;
    if (status >= 200 && status < 300) {
      hook->failures = 0;
      return std::nullopt;
    }
    if (++hook->failures >= failures_until_pause) {
      hook->failures = 0;
      hook->paused_until = now + pause;
    }
    if (!is_told_again(status) || attempt_ >= max_attempts) return std::nullopt;
    return attempt_ == 1 ? minutes(1) : minutes(5);
  }

 private:
  void sign(Notice& notice, const std::string& secret, ServiceClock::TimePoint now) const {
    const std::string seconds = std::to_string(milliseconds_of(now) / 1000);
    notice.headers = {
        {"X-Signature", "sha256=" + hmac_sha256_hex(secret, seconds + '.' + notice.body)},
        {"X-Timestamp", seconds},
        {"X-Signature-Version", "v1"},
        {"X-Event-Id", event_.event_id},
        {"X-Attempt", std::to_string(notice.attempt)}};
  }

  Webhooks& webhooks_;
  const std::string webhook_id_;
  const Webhooks::Event event_;
  int attempt_ = 0;
  std::string body_;
};

Answer Webhooks::create(const json& body) {
  for (const auto& objection : {url_objection(body), types_objection(body), name_objection(body)}) {
    if (objection) return invalid(*objection, ids_);
  }
  const std::lock_guard lock(mutex_);
  if (hooks_.size() >= max_hooks) return invalid("an account has at most 50 webhooks", ids_);
  Hook& hook = hooks_.emplace_back();
  hook.webhook_id = ids_.uuid();
  hook.name = text_at(body, "name");
  hook.hook_url = body["hook_url"];
  hook.event_types = body["event_types"].get<std::vector<std::string>>();
  renew_secret(hook);
  ordered_json made = document_of(hook);
  made["signing_secret"] = hook.secret;
  made["signing_secret_created_at"] = hook.secret_created_at;
  return data(made, ids_, 201);
}

Answer Webhooks::list() const {
  const std::lock_guard lock(mutex_);
  ordered_json all = ordered_json::array();
  for (const Hook& hook : hooks_) all.push_back(document_of(hook));
  return data(all, ids_);
}

Answer Webhooks::update(const std::string& webhook_id, const json& body) {
  const std::lock_guard lock(mutex_);
  Hook* hook = find(webhook_id);
  if (hook == nullptr) return not_found("webhook", ids_);
  const bool has_url = has(body, "hook_url");
  const bool has_types = has(body, "event_types");
  if (!has_url && !has_types && !has(body, "name")) {
    return problem(400, "validation-failed", "nothing to update", ids_, "nothing_to_update");
  }
  for (const auto& objection :
       {has_url ? url_objection(body) : Objection(),
        has_types ? types_objection(body) : Objection(), name_objection(body)}) {
    if (objection) return invalid(*objection, ids_);
  }
  if (has_url) hook->hook_url = body["hook_url"];
  if (has_types) hook->event_types = body["event_types"].get<std::vector<std::string>>();
  if (has(body, "name")) hook->name = body["name"];
  return data(document_of(*hook), ids_);
}

Answer Webhooks::remove(const std::string& webhook_id) {
  const std::lock_guard lock(mutex_);
  const Hook* hook = find(webhook_id);
  if (hook == nullptr) return not_found("webhook", ids_);
  hooks_.erase(hooks_.begin() + (hook - hooks_.data()));
  return data({{"result", true}}, ids_);
}

Answer Webhooks::rotate_secret(const std::string& webhook_id) {
  const std::lock_guard lock(mutex_);
  Hook* hook = find(webhook_id);
  if (hook == nullptr) return not_found("webhook", ids_);
  renew_secret(*hook);
  return data({{"webhook_id", webhook_id},
               {"signing_secret", hook->secret},
               {"signing_secret_created_at", hook->secret_created_at}},
              ids_);
}

Answer Webhooks::list_secrets() const {
  const std::lock_guard lock(mutex_);
  ordered_json all = ordered_json::array();
  for (const Hook& hook : hooks_) {
    all.push_back({{"webhook_id", hook.webhook_id},
                   {"event_types", hook.event_types},
                   {"hook_type", nullptr},
                   {"signing_secret", hook.secret}});
  }
  return data(all, ids_);
}

bool Webhooks::is_for(const Hook& hook, const std::string& event) {
  return std::any_of(hook.event_types.begin(), hook.event_types.end(),
                     [&](const std::string& type) { return type == "*" || type == event; });
}

bool Webhooks::has_one_for(const std::string& event) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(hooks_.begin(), hooks_.end(),
                     [&](const Hook& hook) { return is_for(hook, event); });
}

void Webhooks::announce(const Event& event, Announcements& announcements) {
  const std::lock_guard lock(mutex_);
  for (const Hook& hook : hooks_) {
    if (!is_for(hook, event.name)) continue;
    announcements.push_back(std::make_unique<WebhookAnnouncement>(*this, hook.webhook_id, event));
  }
}

Webhooks::Hook* Webhooks::find(const std::string& webhook_id) {
  const auto found = std::find_if(hooks_.begin(), hooks_.end(),
                                  [&](const Hook& hook) { return hook.webhook_id == webhook_id; });
  return found == hooks_.end() ? nullptr : &*found;
}

ordered_json Webhooks::document_of(const Hook& hook) {
  return {{"webhook_id", hook.webhook_id},
          {"name", hook.name.empty() ? ordered_json() : ordered_json(hook.name)},
          {"hook_url", hook.hook_url},
          {"url", hook.hook_url},
          {"event_types", hook.event_types},
          {"hook_type", nullptr}};
}

void Webhooks::renew_secret(Hook& hook) {
  hook.secret = ids_.uuid();
  hook.secret_created_at = milliseconds_of(clock_.now());
}

}  // namespace dropcowboy::testing::v2
