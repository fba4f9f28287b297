#include "dropcowboy/receiver/webhook_receiver.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/checker.hpp"
#include "core/make_error.hpp"
#include "receiver/crypto.hpp"
#include "receiver/dedup_key.hpp"
#include "text/characters.hpp"
#include "text/stray.hpp"

namespace dropcowboy::receiver {

namespace {

constexpr std::size_t max_body = 65'536;  // what Webhook::parse() takes
constexpr std::size_t min_path_secret = 16;

int status_of(Rejection rejection) noexcept {
  switch (rejection) {
    case Rejection::none: return 200;
    case Rejection::wrong_path: return 404;
    case Rejection::wrong_method: return 405;
    case Rejection::too_large: return 413;
    case Rejection::not_a_callback: return 400;
    case Rejection::bad_signature:
    case Rejection::bad_tag: return 401;
    case Rejection::in_progress:
    case Rejection::not_handed_over:
    case Rejection::no_deduplication: break;
  }
  return 503;
}

std::string_view body_of(int status) noexcept {
  switch (status) {
    case 200: return "ok\n";
    case 400: return "bad request\n";
    case 401: return "unauthorized\n";
    case 404: return "not found\n";
    case 405: return "method not allowed\n";
    case 413: return "too large\n";
    default: return "try again later\n";
  }
}

Reception answered(Reception reception, Rejection why) noexcept {
  reception.rejection = why;
  reception.status = status_of(why);
  reception.body = body_of(reception.status);
  return reception;
}

bool has_segment(std::string_view target, std::string_view secret) noexcept {
  std::string_view rest = target.substr(0, target.find_first_of("?#"));
  bool found = false;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    found = crypto::equal(rest.substr(0, end), secret) || found;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return found;
}

bool has_header(const std::vector<HttpHeader>& headers, std::string_view name) noexcept {
  return std::any_of(headers.begin(), headers.end(), [name](const HttpHeader& header) {
    return text::equals_ignoring_case(header.name, name);
  });
}

void check_authentication(Checker& check, const ReceiverOptions& options) {
  if (options.signer || !options.webhook_secrets.empty() || options.accept_unauthenticated) return;
  check.error("signer", IssueCode::missing,
              "is not set, nor are webhook_secrets: without one of them anybody can post results; "
              "set accept_unauthenticated if that is what you want");
}

void check_webhook_secrets(Checker& check, const std::vector<std::string>& secrets) {
  constexpr std::string_view field = "webhook_secrets";
  for (const std::string& secret : secrets) {
    if (text::is_blank(secret)) {
      check.error(field, IssueCode::blank,
                  "holds an empty secret, with which anybody can sign: take it out");
    } else if (const char* stray = text::stray_characters(secret)) {
      check.error(field, IssueCode::invalid_value, std::string("holds one that ") + stray);
    }
  }
}

std::optional<Error> fault_of(const ReceiverOptions& options) {
  Validation validation = validate(options);
  if (validation.ok()) return std::nullopt;
  return bad_configuration("the receiver's options cannot work", std::move(validation.errors));
}

ReceiverOptions require_valid(ReceiverOptions options) {
  if (auto fault = fault_of(options)) throw Exception(*std::move(fault));
  return options;
}

/// Undoes a claim unless it is kept.
class Claimed {
 public:
  Claimed(Deduplicator& deduplicator, const std::string& key)
      : deduplicator_(deduplicator), key_(key) {}
  Claimed(const Claimed&) = delete;
  Claimed& operator=(const Claimed&) = delete;
  ~Claimed() {
    if (is_kept_) return;
    try {
      deduplicator_.release(key_);
    } catch (...) {
      // Then the claim has to lapse by itself.
    }
  }

  void keep() noexcept {
    is_kept_ = true;
    try {
      deduplicator_.confirm(key_);
    } catch (...) {
      // The application has the event, which is what the sender must be told.
    }
  }

 private:
  Deduplicator& deduplicator_;
  const std::string& key_;
  bool is_kept_ = false;
};

}  // namespace

std::string_view to_string(Authenticity authenticity) noexcept {
  switch (authenticity) {
    case Authenticity::none: break;
    case Authenticity::tag: return "tag";
    case Authenticity::signature: return "signature";
  }
  return "none";
}

std::string_view to_string(Rejection rejection) noexcept {
  switch (rejection) {
    case Rejection::none: return "none";
    case Rejection::wrong_path: return "wrong_path";
    case Rejection::wrong_method: return "wrong_method";
    case Rejection::too_large: return "too_large";
    case Rejection::not_a_callback: return "not_a_callback";
    case Rejection::bad_signature: return "bad_signature";
    case Rejection::bad_tag: return "bad_tag";
    case Rejection::in_progress: return "in_progress";
    case Rejection::not_handed_over: return "not_handed_over";
    case Rejection::no_deduplication: break;
  }
  return "no_deduplication";
}

Validation validate(const ReceiverOptions& options) {
  Checker check;
  check_authentication(check, options);
  check_webhook_secrets(check, options.webhook_secrets);
  const auto tolerance = options.signature_tolerance;
  if (tolerance < std::chrono::seconds(1) || tolerance > std::chrono::hours(1)) {
    check.error("signature_tolerance", IssueCode::out_of_range, "must be 1 second to an hour");
  }
  const std::string& path = options.path_secret;
  if (!path.empty() && (path.size() < min_path_secret || !crypto::is_base64url(path))) {
    check.error(
        "path_secret", IssueCode::invalid_value,
        "must have 16 characters or more, out of A-Z, a-z, 0-9, - and _: take the output of "
        "`openssl rand -hex 16`");
  }
  if (options.max_body_bytes == 0 || options.max_body_bytes > max_body) {
    check.error("max_body_bytes", IssueCode::out_of_range, "must be 1 to 65,536");
  }
  return std::move(check).result();
}

struct WebhookReceiver::Impl {
  using Secrets = std::vector<std::string>;

  explicit Impl(ReceiverOptions given) : options(require_valid(std::move(given))) {
    if (!options.deduplicator) options.deduplicator = std::make_shared<InMemoryDeduplicator>();
    current_secrets = std::make_shared<const Secrets>(std::move(options.webhook_secrets));
  }

  std::shared_ptr<const Secrets> secrets() const {
    const std::lock_guard lock(mutex);
    return current_secrets;
  }

  Result<void> set_secrets(Secrets secrets) {
    ReceiverOptions changed = options;
    changed.webhook_secrets = std::move(secrets);
    if (auto fault = fault_of(changed)) return *std::move(fault);
    auto shared = std::make_shared<const Secrets>(std::move(changed.webhook_secrets));
    const std::lock_guard lock(mutex);
    current_secrets.swap(shared);
    return {};
  }

  /// What is wrong with the request apart from its body.
  Rejection check_envelope(const CallbackRequest& request, const Secrets& secrets,
                           Reception& reception) const {
    if (!options.path_secret.empty() && !has_segment(request.target, options.path_secret))
      return Rejection::wrong_path;
    if (request.method != "POST") return Rejection::wrong_method;
    if (request.body.size() > options.max_body_bytes) return Rejection::too_large;
    if (!must_be_signed(request, secrets)) return Rejection::none;
    const auto now = options.now ? options.now() : std::chrono::system_clock::now();
    reception.signature_fault =
        verify_signature(request.headers, request.body, secrets, now, options.signature_tolerance);
    return reception.signature_fault == SignatureFault::none ? Rejection::none
                                                             : Rejection::bad_signature;
  }

  /// Who signs must sign well, also where a tag alone would do.
  bool must_be_signed(const CallbackRequest& request, const Secrets& secrets) const noexcept {
    if (secrets.empty()) return false;
    const bool has_other_ways = options.signer || options.accept_unauthenticated;
    return !has_other_ways || has_header(request.headers, "X-Signature");
  }

  /// Turns the tagged id into the caller's. False if the event must not be handed on.
  bool take_tag_off(CallbackEvent& event, TagFault& fault) const {
    Webhook& callback = event.callback;
    event.wire_foreign_id = callback.foreign_id.value_or("");
    const bool is_vouched_for =
        event.authenticity == Authenticity::signature || options.accept_unauthenticated;
    if (!options.signer) return is_vouched_for;
    auto id = options.signer->authenticate(event.wire_foreign_id,
                                           callback.phone_number.value_or(""), &fault);
    if (!id) {
      // Neither the caller's own id nor one that can be read back.
      if (fault != TagFault::untagged) callback.foreign_id.reset();
      return event.authenticity == Authenticity::signature ||
             (options.accept_unauthenticated && fault == TagFault::untagged);
    }
    callback.foreign_id = std::move(id->foreign_id);
    event.key_id = std::move(id->key_id);
    if (event.authenticity == Authenticity::none) event.authenticity = Authenticity::tag;
    return true;
  }

  Reception receive(const CallbackRequest& request, const Handler& hand_over) const {
    Reception reception;
    const auto secrets_now = secrets();  // the same from here on, whoever exchanges them
    if (const auto why = check_envelope(request, *secrets_now, reception); why != Rejection::none)
      return answered(std::move(reception), why);
    const bool is_signed = must_be_signed(request, *secrets_now);
    auto callback = Webhook::parse(request.body);
    if (!callback) return answered(std::move(reception), Rejection::not_a_callback);

    CallbackEvent event;
    event.callback = *std::move(callback);
    if (is_signed) event.authenticity = Authenticity::signature;
    TagFault fault = TagFault::none;
    if (!take_tag_off(event, fault)) {
      reception.tag_fault = fault;
      return answered(std::move(reception), Rejection::bad_tag);
    }
    event.dedup_key = dedup_key(event);
    return hand_over_once(std::move(reception), std::move(event), hand_over);
  }

  Reception hand_over_once(Reception reception, CallbackEvent event,
                           const Handler& hand_over) const {
    const std::string key = event.dedup_key;
    Claim claim = Claim::in_progress;
    try {
      claim = options.deduplicator->claim(key);
    } catch (...) {
      return answered(std::move(reception), Rejection::no_deduplication);
    }
    if (claim == Claim::in_progress) return answered(std::move(reception), Rejection::in_progress);
    if (claim == Claim::seen) {
      reception.duplicate = true;
      return answered(std::move(reception), Rejection::none);
    }
    Claimed claimed(*options.deduplicator, key);
    try {
      if (!hand_over(std::move(event)))
        return answered(std::move(reception), Rejection::not_handed_over);
    } catch (...) {
      return answered(std::move(reception), Rejection::not_handed_over);
    }
    claimed.keep();
    return answered(std::move(reception), Rejection::none);
  }

  ReceiverOptions options;  ///< its webhook_secrets have moved
  mutable std::mutex mutex;
  std::shared_ptr<const Secrets> current_secrets;
};

WebhookReceiver::WebhookReceiver(ReceiverOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

Result<WebhookReceiver> WebhookReceiver::create(ReceiverOptions options) {
  try {
    return WebhookReceiver(std::move(options));
  } catch (const Exception& exception) {
    return exception.error();
  }
}

WebhookReceiver::WebhookReceiver(WebhookReceiver&&) noexcept = default;
WebhookReceiver& WebhookReceiver::operator=(WebhookReceiver&&) noexcept = default;
WebhookReceiver::~WebhookReceiver() = default;

Reception WebhookReceiver::receive(const CallbackRequest& request, const Handler& handler) const {
  return impl_->receive(request, handler);
}

Reception WebhookReceiver::receive(const CallbackRequest& request) const {
  std::optional<CallbackEvent> taken;
  Reception reception = impl_->receive(request, [&](CallbackEvent&& event) {
    taken = std::move(event);
    return true;
  });
  reception.event = std::move(taken);
  return reception;
}

Result<void> WebhookReceiver::set_webhook_secrets(std::vector<std::string> secrets) {
  return impl_->set_secrets(std::move(secrets));
}

void WebhookReceiver::release(const std::string& dedup_key) const {
  impl_->options.deduplicator->release(dedup_key);
}

}  // namespace dropcowboy::receiver
