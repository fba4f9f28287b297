#include <gtest/gtest.h>

#include "dropcowboy/dropcowboy.hpp"
#include "support/header_enumerators.hpp"

namespace dropcowboy {
namespace {

using support::expect_own_names;

TEST(EnumeratorNames, AreThoseOfTheHeaders) {
  expect_own_names<ErrorKind>("error.hpp", "ErrorKind");
  expect_own_names<Outcome>("error.hpp", "Outcome");
  expect_own_names<RetryStop>("error.hpp", "RetryStop");
  expect_own_names<MessageKind>("options.hpp", "MessageKind");
  expect_own_names<EventType>("event.hpp", "EventType");
  expect_own_names<IssueCode>("issue.hpp", "IssueCode");
  expect_own_names<TransportFailure>("transport.hpp", "TransportFailure");
  expect_own_names<AudioType>("rvm.hpp", "AudioType");
  expect_own_names<Privacy>("rvm.hpp", "Privacy");
  expect_own_names<DropStatus>("webhook.hpp", "DropStatus");
  expect_own_names<Advice>("webhook.hpp", "Advice");
  expect_own_names<Reason>("webhook.hpp", "Reason");
}

}  // namespace
}  // namespace dropcowboy
