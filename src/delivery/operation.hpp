#pragma once

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
};

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
};

}  // namespace dropcowboy::delivery
