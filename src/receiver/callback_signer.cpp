#include "dropcowboy/receiver/callback_signer.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/make_error.hpp"
#include "receiver/crypto.hpp"
#include "text/characters.hpp"
#include "text/stray.hpp"

namespace dropcowboy::receiver {

namespace {

using Keys = std::vector<SigningKey>;

constexpr std::size_t max_key_id = 16;
constexpr std::size_t min_secret = 32;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t tag_characters = 22;
/// Says what is signed and in which way, so that the same key used elsewhere makes other tags.
constexpr std::string_view domain = "dropcowboy callback tag v1";

std::string make_tag(const SigningKey& key, const TaggedMessage& message) {
  std::string text;
  crypto::append_field(text, domain);
  crypto::append_field(text, key.id);
  crypto::append_field(text, message.team_id);
  crypto::append_field(text, message.foreign_id);
  crypto::append_field(text, text::digits_of(message.phone_number));
  return crypto::base64url(crypto::hmac_sha256(key.secret, text), tag_bytes);
}

/// The three parts of a tagged id; nothing if it has another form. The caller's id may hold dots.
struct Parts {
  std::string_view foreign_id;
  std::string_view key_id;
  std::string_view tag;
};

std::optional<Parts> split(std::string_view wire_id) {
  const auto last = wire_id.rfind('.');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const auto first = wire_id.rfind('.', last - 1);
  if (first == std::string_view::npos || first == 0) return std::nullopt;
  const Parts parts{wire_id.substr(0, first), wire_id.substr(first + 1, last - first - 1),
                    wire_id.substr(last + 1)};
  const bool is_tagged = !parts.key_id.empty() && parts.key_id.size() <= max_key_id &&
                         crypto::is_base64url(parts.key_id) && parts.tag.size() == tag_characters &&
                         crypto::is_base64url(parts.tag);
  if (!is_tagged) return std::nullopt;
  return parts;
}

const SigningKey* find(const Keys& keys, std::string_view id) noexcept {
  const auto key =
      std::find_if(keys.begin(), keys.end(), [id](const SigningKey& one) { return one.id == id; });
  return key == keys.end() ? nullptr : &*key;
}

void check_keys(std::vector<Issue>& issues, const Keys& keys) {
  const auto issue = [&](std::string_view field, IssueCode code, const char* message) {
    issues.push_back({Severity::error, field, code, message});
  };
  if (keys.empty()) issue("keys", IssueCode::missing, "is empty: give at least one key");
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    if (key->id.empty() || key->id.size() > max_key_id || !crypto::is_base64url(key->id)) {
      issue("keys.id", IssueCode::invalid_value,
            "must be 1 to 16 characters out of A-Z, a-z, 0-9, - and _");
    }
    if (key->secret.size() < min_secret) {
      issue("keys.secret", IssueCode::out_of_range,
            "must have at least 32 bytes: take the output of `openssl rand -hex 32`");
    }
    if (const char* stray = text::stray_characters(key->secret)) {
      issue("keys.secret", IssueCode::invalid_value, stray);
    }
    const auto same = [&](const SigningKey& earlier) { return earlier.id == key->id; };
    if (std::any_of(keys.begin(), key, same)) {
      issue("keys.id", IssueCode::invalid_value, "stands there twice: give each key its own id");
    }
  }
}

std::optional<Error> fault_of(std::vector<Issue> issues) {
  if (issues.empty()) return std::nullopt;
  return bad_configuration("the callback signer cannot work", std::move(issues));
}

}  // namespace

std::string_view to_string(TagFault fault) noexcept {
  switch (fault) {
    case TagFault::none: return "none";
    case TagFault::untagged: return "untagged";
    case TagFault::unknown_key: return "unknown_key";
    case TagFault::wrong_tag: break;
  }
  return "wrong_tag";
}

struct CallbackSigner::State {
  std::shared_ptr<const Keys> keys() const {
    const std::lock_guard lock(mutex);
    return current_keys;
  }

  std::string team_id;
  mutable std::mutex mutex;
  std::shared_ptr<const Keys> current_keys;
};

CallbackSigner::CallbackSigner(std::string team_id, std::vector<SigningKey> keys)
    : state_(std::make_unique<State>()) {
  std::vector<Issue> issues;
  if (text::is_blank(team_id)) {
    issues.push_back({Severity::error, "team_id", IssueCode::missing,
                      "is required: the team_id of the credentials that send"});
  }
  if (const char* stray = text::stray_characters(team_id); stray && issues.empty()) {
    issues.push_back({Severity::error, "team_id", IssueCode::invalid_value, stray});
  }
  check_keys(issues, keys);
  if (auto fault = fault_of(std::move(issues))) throw Exception(*std::move(fault));
  state_->team_id = std::move(team_id);
  state_->current_keys = std::make_shared<const Keys>(std::move(keys));
}

CallbackSigner::~CallbackSigner() = default;

Result<std::shared_ptr<CallbackSigner>> CallbackSigner::create(std::string team_id,
                                                               std::vector<SigningKey> keys) {
  try {
    return std::make_shared<CallbackSigner>(std::move(team_id), std::move(keys));
  } catch (const Exception& exception) {
    return exception.error();
  }
}

Result<void> CallbackSigner::set_keys(std::vector<SigningKey> keys) {
  std::vector<Issue> issues;
  check_keys(issues, keys);
  if (auto fault = fault_of(std::move(issues))) return *std::move(fault);
  auto shared = std::make_shared<const Keys>(std::move(keys));
  const std::lock_guard lock(state_->mutex);
  state_->current_keys.swap(shared);
  return {};
}

std::size_t CallbackSigner::tag_length() const noexcept {
  return 1 + state_->keys()->front().id.size() + 1 + tag_characters;
}

Result<std::string> CallbackSigner::tag(const TaggedMessage& message) const {
  if (message.team_id != state_->team_id) {
    return not_sent(ErrorKind::configuration,
                    "the callback signer is for another team: give it the team_id of the client's "
                    "credentials");
  }
  const auto keys = state_->keys();
  const SigningKey& key = keys->front();
  std::string wire_id(message.foreign_id);
  wire_id.append(".").append(key.id).append(".").append(make_tag(key, message));
  return wire_id;
}

std::optional<VerifiedId> CallbackSigner::authenticate(std::string_view wire_foreign_id,
                                                       std::string_view phone_number,
                                                       TagFault* fault) const {
  TagFault ignored = TagFault::none;
  TagFault& found = fault != nullptr ? *fault : ignored;
  const auto parts = split(wire_foreign_id);
  if (!parts) return found = TagFault::untagged, std::nullopt;
  const auto keys = state_->keys();
  const SigningKey* key = find(*keys, parts->key_id);
  if (key == nullptr) return found = TagFault::unknown_key, std::nullopt;
  const std::string tag = make_tag(*key, {state_->team_id, parts->foreign_id, phone_number});
  if (!crypto::equal(tag, parts->tag)) return found = TagFault::wrong_tag, std::nullopt;
  found = TagFault::none;
  return VerifiedId{std::string(parts->foreign_id), key->id};
}

}  // namespace dropcowboy::receiver
