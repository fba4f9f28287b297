// Retry-After: never negative, never longer than a day, and a date comes nearer as time passes.
#include <algorithm>
#include <string>

#include "delivery/retry_after.hpp"
#include "fuzz.hpp"
#include "text/characters.hpp"

using dropcowboy::fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dropcowboy::delivery::parse_retry_after;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const std::string_view text = dropcowboy::fuzz::text_of(data, size);
  constexpr milliseconds none(0);
  constexpr milliseconds day = std::chrono::hours(24);

  const std::chrono::system_clock::time_point now(seconds(784'111'777));
  const auto wait = parse_retry_after(text, now);
  const auto later = parse_retry_after(text, now + seconds(1));
  require(wait.has_value() == later.has_value(), "what it is does not depend on the clock");
  if (wait) {
    require(*wait >= none && *wait <= day, "0 to 24 hours");
    require(*later == *wait || *wait == day || *later == std::max(none, *wait - seconds(1)),
            "a number stays, a date comes nearer");
  }
  const bool is_number =
      !text.empty() && text.size() <= 9 &&
      std::all_of(text.begin(), text.end(), [](char c) { return dropcowboy::text::is_digit(c); });
  if (is_number) {
    const seconds said{std::stol(std::string(text))};
    require(wait == std::min<milliseconds>(said, day), "digits are seconds");
  }
  return 0;
}
