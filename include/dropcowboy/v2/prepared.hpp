#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "dropcowboy/options.hpp"

namespace dropcowboy::v2 {

/// A message that is ready to be sent, and to be sent again: the bytes of its body, frozen together
/// with the key under which the service takes them once. Made by Client::prepare(); store it before
/// you send it, and a program that crashed can send the same message again instead of another one.
///
/// The service remembers a key for 24 hours. Nobody can tell from a stored copy whether it was
/// sent, so the time counts from the preparing: after 23 hours Client::send() refuses it. It
/// refuses one from the future, too, as long as that is: one that a wrong clock has dated so must
/// never be sent, for nobody knows its age. Prepare a message when it is to be sent, not days
/// before.
///
/// Send all copies with clients of the one account for which it was prepared, one after the other:
/// another account has a memory of its own, and what the service does with two requests of one key
/// at the same time is not known. Within one client that is seen to. Copies share what this process
/// has learned of the message. Thread-safe.
class DROPCOWBOY_API Prepared {
 public:
  /// How long it may be sent, from the preparing on.
  static constexpr std::chrono::hours lifetime{23};

  /// @{
  /// A copy is the same message, with the same key.
  Prepared(const Prepared&) noexcept;
  Prepared(Prepared&&) noexcept;
  Prepared& operator=(const Prepared&) noexcept;
  Prepared& operator=(Prepared&&) noexcept;
  /// @}
  ~Prepared();

  /// What it is.
  MessageKind kind() const noexcept;
  /// The value of the Idempotency-Key header.
  const std::string& idempotency_key() const noexcept;
  /// The body as it is sent: JSON, without credentials, with the contact's number.
  const std::string& body() const noexcept;
  /// Your id of the message.
  const std::string& foreign_id() const noexcept;
  /// When it was made.
  std::chrono::system_clock::time_point prepared_at() const noexcept;

  /// Reads what to_json() wrote. Error (invalid_request, not_sent), naming what is wrong, if the
  /// text is not that, or was changed since. What is read may have been sent before, for all that
  /// is known: so whatever becomes of it short of an acceptance is Outcome::unknown.
  static Result<Prepared> from_json(std::string_view text);

 private:
  friend class PreparedAccess;
  struct State;
  explicit Prepared(std::shared_ptr<State> state) noexcept;

  std::shared_ptr<State> state_;
};

/// One JSON object: for a file, or a database. It holds the contact's number and the message, but
/// no credentials.
DROPCOWBOY_API std::string to_json(const Prepared& prepared);

}  // namespace dropcowboy::v2
