#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>

#include "support/allocations.hpp"

// For programs compiled with -fsanitize-coverage=trace-pc that link work.cpp: it counts the steps
// that the instrumented code takes. So work is measured, not time.

namespace dropcowboy::support {

/// How many basic blocks of instrumented code have run so far, on this thread and on those that
/// have ended. Functions of the system's libraries count as nothing: such as look at a whole text
/// must not be called in a loop.
std::uint64_t steps() noexcept;

/// What a call costs.
struct Work {
  std::uint64_t steps = 0;
  std::size_t allocations = 0;  ///< of this thread, as the following
  std::size_t bytes = 0;        ///< allocated in all
  std::size_t peak = 0;         ///< held at once, beyond what was held before
};

inline std::ostream& operator<<(std::ostream& out, const Work& work) {
  return out << work.steps << " steps, " << work.allocations << " allocations of " << work.bytes
             << " bytes, at most " << work.peak << " at once";
}

template <class Call>
Work work_of(Call call) {
  const auto held = start_of_peak();
  const Work before{steps(), static_cast<std::size_t>(allocations()), allocated_bytes(), 0};
  call();
  return {steps() - before.steps, static_cast<std::size_t>(allocations()) - before.allocations,
          allocated_bytes() - before.bytes, peak_bytes_since(held)};
}

/// Expects ten times the size to cost about ten times the work: `call(size)` runs at a tenth of
/// `size` and at `size`, at most `peak_per_byte` times which is held at once. Returns the latter.
template <class Call>
Work expect_linear(std::size_t size, double peak_per_byte, Call call) {
  // A vector that doubles, or a first allocation, may come out in favour of the smaller one.
  constexpr double factor = 10 * 2;
  constexpr std::size_t small_change = 10'000;
  const Work tenth = work_of([&] { call(size / 10); });
  const Work whole = work_of([&] { call(size); });
  const auto most = [&](auto value) { return factor * static_cast<double>(value) + small_change; };
  std::ostringstream text;
  text << size << ": " << whole << "; a tenth: " << tenth;
  ::testing::Test::RecordProperty("work", text.str());
  EXPECT_GT(whole.steps, 0U) << "nothing was counted";
  EXPECT_LE(static_cast<double>(whole.steps), most(tenth.steps)) << whole << "; " << tenth;
  EXPECT_LE(static_cast<double>(whole.allocations), most(tenth.allocations));
  EXPECT_LE(static_cast<double>(whole.bytes), most(tenth.bytes)) << whole << "; " << tenth;
  EXPECT_LE(static_cast<double>(whole.peak),
            peak_per_byte * static_cast<double>(size) + small_change)
      << whole;
  return whole;
}

}  // namespace dropcowboy::support
