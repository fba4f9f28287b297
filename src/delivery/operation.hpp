#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "delivery/verdict.hpp"

namespace dropcowboy::delivery {

/// What a call does to the account, and so what a repetition would do.
enum class Effect {
  reads,  ///< nothing: it may be repeated after any transient failure
  sets,   ///< repeated, it leaves things as the first one did: the same
  adds,   ///< each one adds something: never repeated after an unknown outcome
  sends,  ///< each one reaches a person and costs money: the same, unless the options say otherwise
  keyed,  ///< reaches a person once, however often it arrives, while the service remembers its key
};

/// Whether it carries a message to a person.
constexpr bool carries_message(Effect effect) noexcept {
  return effect == Effect::sends || effect == Effect::keyed;
}

/// How long a key is relied on, of the 24 hours that the service remembers it: from the first
/// attempt to the beginning of the last one.
constexpr std::chrono::hours key_lifetime{23};
/// A clock that has been set back by more is not believed.
constexpr std::chrono::minutes key_clock_error{5};
/// After an attempt of unknown outcome the service may still be at work on it.
constexpr std::chrono::milliseconds keyed_pause{1000};

/// For answers that hold an element for each thing the account has, or for each row that was sent.
constexpr std::size_t long_response_bytes = std::size_t{16} << 20U;

/// One kind of call to the service, as far as its delivery is concerned. Static storage throughout.
struct Operation {
  /// For events and messages, without anything personal: "POST /rvm".
  std::string_view name{};
  HttpMethod method = HttpMethod::post;
  Effect effect = Effect::sends;
  Understand understand = nullptr;
  /// What to do after an unknown outcome, for Error::message. A sentence or two; may be empty.
  std::string_view if_unknown{};
  /// What HTTP 404 means.
  std::string_view if_not_found = "the service knows no such address: check base_url";
  /// A longer answer is not read to its end.
  std::size_t max_response_bytes = std::size_t{1} << 20U;
  /// What HTTP 401 means.
  std::string_view if_unauthorized =
      "the service refused the credentials: check team_id and secret";
  /// Whether a good answer holds a secret that no error may repeat.
  bool is_answer_secret = false;
};

}  // namespace dropcowboy::delivery
