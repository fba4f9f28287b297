#include "clock.hpp"

namespace dropcowboy::tool {

std::string complaint_about_clock(
    std::chrono::system_clock::time_point now,
    std::optional<std::chrono::system_clock::time_point> service_time) {
  if (service_time) {
    const auto ahead = std::chrono::duration_cast<std::chrono::seconds>(now - *service_time);
    if (std::chrono::abs(ahead) <= std::chrono::seconds(300)) return {};
    return "is " + std::to_string(std::chrono::abs(ahead).count()) + " s " +
           (ahead.count() > 0 ? "ahead of" : "behind") +
           " the service's: signed webhooks would be refused; set it";
  }
  // 2025-01-01 and 2100-01-01: this version is younger, and certificates do not live that long.
  constexpr std::chrono::seconds first{1'735'689'600};
  constexpr std::chrono::seconds last{4'102'444'800};
  const auto since_epoch = now.time_since_epoch();
  if (since_epoch < first) return "is in the past: certificates look as if not valid yet; set it";
  if (since_epoch > last) return "is far in the future: certificates look expired; set it";
  return {};
}

}  // namespace dropcowboy::tool
