// What logs and metrics show of an enumerator is its own name.

#include <gtest/gtest.h>

#include <string_view>

#include "dropcowboy/receiver/callback_signer.hpp"
#include "dropcowboy/receiver/drop_history.hpp"
#include "dropcowboy/receiver/signature.hpp"
#include "dropcowboy/receiver/webhook_receiver.hpp"

namespace dropcowboy::receiver {
namespace {

#define EXPECT_NAMED(type, name) EXPECT_EQ(to_string(type::name), #name)

TEST(EnumeratorNames, TagFault) {
  EXPECT_NAMED(TagFault, none);
  EXPECT_NAMED(TagFault, untagged);
  EXPECT_NAMED(TagFault, unknown_key);
  EXPECT_NAMED(TagFault, wrong_tag);
}

TEST(EnumeratorNames, DropState) {
  EXPECT_NAMED(DropState, accepted);
  EXPECT_NAMED(DropState, unknown);
  EXPECT_NAMED(DropState, delivered);
  EXPECT_NAMED(DropState, failed);
  EXPECT_NAMED(DropState, opted_out);
}

TEST(EnumeratorNames, SignatureFault) {
  EXPECT_NAMED(SignatureFault, none);
  EXPECT_NAMED(SignatureFault, missing_signature);
  EXPECT_NAMED(SignatureFault, repeated_header);
  EXPECT_NAMED(SignatureFault, malformed_signature);
  EXPECT_NAMED(SignatureFault, missing_timestamp);
  EXPECT_NAMED(SignatureFault, malformed_timestamp);
  EXPECT_NAMED(SignatureFault, timestamp_too_old);
  EXPECT_NAMED(SignatureFault, timestamp_in_future);
  EXPECT_NAMED(SignatureFault, unknown_version);
  EXPECT_NAMED(SignatureFault, wrong_signature);
}

TEST(EnumeratorNames, Authenticity) {
  EXPECT_NAMED(Authenticity, none);
  EXPECT_NAMED(Authenticity, tag);
  EXPECT_NAMED(Authenticity, signature);
}

TEST(EnumeratorNames, Rejection) {
  EXPECT_NAMED(Rejection, none);
  EXPECT_NAMED(Rejection, wrong_path);
  EXPECT_NAMED(Rejection, wrong_method);
  EXPECT_NAMED(Rejection, too_large);
  EXPECT_NAMED(Rejection, not_a_callback);
  EXPECT_NAMED(Rejection, bad_signature);
  EXPECT_NAMED(Rejection, bad_tag);
  EXPECT_NAMED(Rejection, in_progress);
  EXPECT_NAMED(Rejection, not_handed_over);
  EXPECT_NAMED(Rejection, no_deduplication);
}

}  // namespace
}  // namespace dropcowboy::receiver
