#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "dropcowboy/v2/prepared.hpp"
#include "text/characters.hpp"

namespace dropcowboy::v2 {

/// Whether the service takes it for a key.
inline bool is_key(std::string_view key) noexcept {
  constexpr std::size_t longest = 255;
  return !text::is_blank(key) && key.size() <= longest && text::is_printable_ascii(key);
}

/// A message whose bytes are fixed, with its key.
struct Frozen {
  MessageKind kind = MessageKind::voicemail;
  std::string key{};
  std::string body{};
  /// The caller's id, and what the body carries of it; the latter may be empty.
  std::string foreign_id{};
  std::string wire_foreign_id{};
  /// Whom it is for: one of them.
  std::string to{};
  std::string contact_id{};
};

struct Prepared::State {
  State(Frozen message, std::chrono::system_clock::time_point at, bool may_have_been_sent)
      : State(std::move(message), at, std::make_shared<std::atomic<bool>>(may_have_been_sent)) {}
  State(Frozen message, std::chrono::system_clock::time_point at,
        std::shared_ptr<std::atomic<bool>> known)
      : frozen(std::move(message)), prepared_at(at), may_exist(std::move(known)) {}

  const Frozen frozen;
  const std::chrono::system_clock::time_point prepared_at;
  /// Whether an attempt may have been taken, for all that is known. Of one message of another age,
  /// too: see Client::with_age().
  const std::shared_ptr<std::atomic<bool>> may_exist;
};

class PreparedAccess {
 public:
  using State = Prepared::State;

  static Prepared make(std::shared_ptr<State> state) noexcept { return Prepared(std::move(state)); }
  static const std::shared_ptr<State>& state(const Prepared& prepared) noexcept {
    return prepared.state_;
  }
};

}  // namespace dropcowboy::v2
