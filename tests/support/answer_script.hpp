#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "dropcowboy/error.hpp"
#include "support/fake_transport.hpp"

namespace dropcowboy::support {

/// What the service says, and what a truthful client makes of it. All of them need memory.
struct ScriptedAnswer {
  HttpResult http;
  Outcome means = Outcome::unknown;
};

using AnswerScript = std::vector<ScriptedAnswer>;

/// What is known after the first `count` answers, the worst of them counting; nothing if the
/// message was taken.
inline std::optional<Outcome> truth_after(const AnswerScript& script, std::size_t count) {
  Outcome worst = Outcome::not_sent;
  for (std::size_t i = 0; i < count; ++i) {
    switch (script.at(i).means) {
      case Outcome::accepted: return std::nullopt;
      case Outcome::unknown: worst = Outcome::unknown; break;
      case Outcome::rejected: worst = std::max(worst, Outcome::rejected); break;
      case Outcome::not_sent: break;
    }
  }
  return worst;
}

inline ScriptedAnswer accepted() {
  HttpResult result = FakeTransport::answer(
      200, R"({"status":"queued","drop_id":"5f0c9d3e-7a51-4c55-9a43-d1f6a0b7c2e4"})");
  result.request_id = "an id of an exchange that needs memory";
  return {result, Outcome::accepted};
}

inline ScriptedAnswer refused() {
  return {FakeTransport::answer(
              400, R"({"status":"error","message":"no such brand, and this is a long story"})"),
          Outcome::rejected};
}

inline ScriptedAnswer too_many() {
  HttpResult result = FakeTransport::answer(429, R"({"message":"slow down"})");
  result.retry_after = std::chrono::seconds(2);
  return {result, Outcome::rejected};
}

inline ScriptedAnswer unreachable() {
  HttpResult result = FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  result.detail = "the port is closed, and this needs memory to be said";
  return {result, Outcome::not_sent};
}

inline ScriptedAnswer interrupted() {
  HttpResult result = FakeTransport::failure(Wire::maybe_sent, TransportFailure::interrupted);
  result.detail = "the connection broke, and this needs memory to be said";
  return {result, Outcome::unknown};
}

inline ScriptedAnswer unclear() {
  return {FakeTransport::answer(200, "<html>What was that?</html>")};
}

}  // namespace dropcowboy::support
