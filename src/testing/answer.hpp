#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dropcowboy::testing {

/// What the simulator says to one request.
struct Answer {
  int status = 200;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  /// Of a send that was taken: its number in the page's journal, if there is one.
  std::uint64_t message = 0;
};

inline Answer refuse(int status, std::string_view message) {
  return {status, nlohmann::json{{"message", message}}.dump(), {}};
}

inline Answer say(const nlohmann::ordered_json& body) { return {200, body.dump(), {}}; }

}  // namespace dropcowboy::testing
