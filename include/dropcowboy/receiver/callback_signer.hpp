#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/foreign_id_tagger.hpp"

namespace dropcowboy::receiver {

/// A secret that tags are made with, under a name that travels in every tag.
struct SigningKey {
  /// 1 to 16 characters out of A-Z, a-z, 0-9, - and _; "2024-06". Public.
  std::string id{};
  /// At least 32 bytes that nobody can guess: the output of `openssl rand -hex 32`. Used as it is,
  /// so white space, quotation marks or a byte order mark around a text are refused, as they come
  /// along from files; random bytes may be any.
  std::string secret{};
};

/// A tagged id, taken apart and found genuine.
struct VerifiedId {
  /// The caller's own.
  std::string foreign_id{};
  /// The key that vouches for it.
  std::string key_id{};
};

/// What is wrong with a foreign_id that came back. For logs and metrics, never for the sender.
enum class TagFault {
  none,
  untagged,     ///< it does not have the form <id>.<key id>.<tag>
  unknown_key,  ///< no key of that id: retired, or never there
  wrong_tag,    ///< the tag is not the one of this team, id and phone number
};

DROPCOWBOY_API std::string_view to_string(TagFault fault) noexcept;

/// Tags the foreign_id of every message, and tells callbacks that carry such a tag from forgeries.
/// Give the same signer (or one with the same team and keys, in another process) to
/// ClientOptions::foreign_id_tagger and to ReceiverOptions::signer.
///
/// A tagged id is "<id>.<key id>.<tag>"; the tag is an HMAC-SHA256 over team, id and phone number,
/// cut to 128 bits, in base64url (22 characters). It proves that this account sent a message with
/// this id to this number, and that the callback comes from somebody who saw it: the service, or
/// whoever handles its traffic. It does not prove what the callback says: whoever holds one tagged
/// id can lie about that one message, and about no other. A tag is as good as its id is unique:
/// messages to one number under one id share a tag, so give each its own foreign_id.
///
/// Thread-safe.
class DROPCOWBOY_API CallbackSigner final : public ForeignIdTagger {
 public:
  /// The first key makes tags; every key of the list verifies them. Throws Exception
  /// (configuration) naming everything that is wrong.
  CallbackSigner(std::string team_id, std::vector<SigningKey> keys);
  /// The same without throwing.
  static Result<std::shared_ptr<CallbackSigner>> create(std::string team_id,
                                                        std::vector<SigningKey> keys);
  ~CallbackSigner() override;

  /// Replaces the keys while messages are sent and callbacks come in. To rotate: put the new key
  /// last everywhere, then first, and take the old one out 72 hours later, when no callback with
  /// its tag is due any more. Error (configuration) as above; the keys are then unchanged.
  Result<void> set_keys(std::vector<SigningKey> keys);

  std::size_t tag_length() const noexcept override;
  /// Error (configuration, not_sent) if the message is another team's.
  Result<std::string> tag(const TaggedMessage& message) const override;

  /// The caller's id inside a tagged one, if its tag is genuine and was made for this phone number,
  /// of which only the digits count. Compares in constant time. `fault`, if given, is always set.
  std::optional<VerifiedId> authenticate(std::string_view wire_foreign_id,
                                         std::string_view phone_number,
                                         TagFault* fault = nullptr) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dropcowboy::receiver
