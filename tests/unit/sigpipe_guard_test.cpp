// What keeps SIGPIPE of an old libcurl away from the program around it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "platform/platform.hpp"

namespace dropcowboy::platform {
namespace {

bool is_blocked() {
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return ::sigismember(&mask, SIGPIPE) == 1;
}

bool is_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

/// Writes to a pipe without a reader; without protection that ends the process.
void write_into_the_void() {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

TEST(SigpipeGuardTest, TakesTheSignalAndLeavesNoTrace) {
  ASSERT_FALSE(is_blocked());
  {
    const SigpipeGuard guard(true);
    EXPECT_TRUE(is_blocked());
    write_into_the_void();
    EXPECT_TRUE(is_pending());
  }
  EXPECT_FALSE(is_pending());
  EXPECT_FALSE(is_blocked());
}

TEST(SigpipeGuardTest, LeavesACallersOwnBlockAndSignalAlone) {
  sigset_t only_sigpipe;
  ::sigemptyset(&only_sigpipe);
  ::sigaddset(&only_sigpipe, SIGPIPE);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &only_sigpipe, nullptr), 0);
  { const SigpipeGuard guard(true); }
  EXPECT_TRUE(is_blocked());
  write_into_the_void();
  { const SigpipeGuard guard(true); }
  EXPECT_TRUE(is_pending()) << "it was there before";
  int taken = 0;
  ::sigwait(&only_sigpipe, &taken);
  ::pthread_sigmask(SIG_UNBLOCK, &only_sigpipe, nullptr);
}

TEST(SigpipeGuardTest, DoesNothingWhereItIsNotWanted) {
  const SigpipeGuard guard(false);
  EXPECT_FALSE(is_blocked());
}

}  // namespace
}  // namespace dropcowboy::platform
