#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <optional>
#include <utility>

// For programs that link allocations.cpp, which replaces the global operator new: it counts the
// allocations of the calling thread and lets one of them fail when told.

namespace dropcowboy::support {

/// How many allocations this thread has made so far, failed ones included.
int allocations() noexcept;
/// How many bytes they were for, failed ones excluded.
std::size_t allocated_bytes() noexcept;
/// Begins to measure the most bytes that this thread holds at once, beyond what it holds now...
std::ptrdiff_t start_of_peak() noexcept;
/// ... and tells them, given what that returned.
std::size_t peak_bytes_since(std::ptrdiff_t held) noexcept;

/// Lets the n-th allocation from now on of this thread fail; 0: none.
void fail_allocation(int n) noexcept;
/// Whether the one that was told to fail is still to come. From now on none fails.
bool is_failure_left() noexcept;

/// How many allocations a call makes.
template <class Call>
int allocations_of(Call call) {
  const int before = allocations();
  call();
  return allocations() - before;
}

/// Lets the n-th allocation of a call fail. False if the call has fewer, so that none failed.
template <class Call>
bool run_without_allocation(int n, Call call) {
  fail_allocation(n);
  try {
    call();
  } catch (...) {
    fail_allocation(0);
    throw;
  }
  return !is_failure_left();
}

/// Calls `attempt(n)` for n = 1, 2, ... until it reports that no allocation failed; how many did.
template <class Attempt>
int for_every_allocation(Attempt attempt) {
  int n = 1;
  while (attempt(n)) {
    ++n;
    if (::testing::Test::HasFailure()) break;  // the next ones would only repeat it
  }
  return n - 1;
}

/// Runs a call with each allocation failing in turn. It may let std::bad_alloc through, and nothing
/// else; if it ends, it must have done its work in spite of the failure.
template <class Call, class IsRight>
void expect_only_bad_alloc(Call call, IsRight is_right) {
  const int failed = for_every_allocation([&](int n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    try {
      std::optional<decltype(call())> result;
      const bool struck = run_without_allocation(n, [&] { result.emplace(call()); });
      EXPECT_TRUE(is_right(*result)) << "a lack of memory is taken for something else";
      return struck;
    } catch (const std::bad_alloc&) {
      return true;
    } catch (const std::exception& thrown) {
      ADD_FAILURE() << thrown.what();
      return false;
    }
  });
  EXPECT_GT(failed, 0) << "no allocation failed: the test shows nothing";
}

}  // namespace dropcowboy::support
