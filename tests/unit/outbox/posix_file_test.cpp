// What a file is on POSIX: its mode, links, a name that goes while it is open, and fork().

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using OutboxPosixFile = support::WithOutbox;

TEST_F(OutboxPosixFile, OnlyItsOwnerMayReadIt) {
  const Outbox box = open_without_consent();
  add(box, "a");
  run(box);
  for (const auto& file : fs::directory_iterator(directory_.path())) {
    EXPECT_EQ(fs::status(file.path()).permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << file.path();
  }
}

TEST_F(OutboxPosixFile, ADeletedOneIsNoticed) {
  const Outbox box = open_without_consent();
  add(box, "a");
  fs::remove(path());
  const auto refused = box.add({entry("b")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::storage);
  EXPECT_THAT(refused.error().message, HasSubstr("moved, deleted or replaced"));
  EXPECT_FALSE(run(box).ok());
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(OutboxPosixFile, ALinkToItIsTheSameOutbox) {
  {
    const Outbox box = open_without_consent();
    add(box, "a");
  }
  const std::string link = path() + ".link";
  fs::create_symlink(path(), link);
  Options made = options();
  made.path = link;
  made.policy.require_consent = false;
  const Outbox box = Outbox::open(made).value();
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_TRUE(fs::exists(path() + ".run")) << "one lock for every name of the file";
  for (const char* beside : {".run", ".marks"}) EXPECT_FALSE(fs::exists(link + beside));
}

TEST_F(OutboxPosixFile, AChildOfForkIsRefused) {
  const Outbox box = open();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool opens_it_again = static_cast<bool>(Outbox::open(options()));
    Options other = options();
    other.path += ".other";
    const bool opens_another = static_cast<bool>(Outbox::open(other));
    ::_exit(box.add({entry("a")}) || box.status() || opens_it_again || !opens_another ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(box.add({entry("a")}));
}

}  // namespace
}  // namespace dropcowboy::outbox
