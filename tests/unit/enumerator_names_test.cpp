// What logs and metrics show of an enumerator is its own name.

#include <gtest/gtest.h>

#include <string_view>

#include "dropcowboy/error.hpp"
#include "dropcowboy/event.hpp"
#include "dropcowboy/issue.hpp"
#include "dropcowboy/options.hpp"
#include "dropcowboy/transport.hpp"
#include "dropcowboy/webhook.hpp"

namespace dropcowboy {
namespace {

#define EXPECT_NAMED(type, name) EXPECT_EQ(to_string(type::name), #name)

TEST(EnumeratorNames, ErrorKind) {
  EXPECT_NAMED(ErrorKind, invalid_request);
  EXPECT_NAMED(ErrorKind, configuration);
  EXPECT_NAMED(ErrorKind, overloaded);
  EXPECT_NAMED(ErrorKind, not_allowed);
  EXPECT_NAMED(ErrorKind, cancelled);
  EXPECT_NAMED(ErrorKind, shutdown);
  EXPECT_NAMED(ErrorKind, unavailable);
  EXPECT_NAMED(ErrorKind, timeout);
  EXPECT_NAMED(ErrorKind, network);
  EXPECT_NAMED(ErrorKind, tls);
  EXPECT_NAMED(ErrorKind, authentication);
  EXPECT_NAMED(ErrorKind, rate_limited);
  EXPECT_NAMED(ErrorKind, rejected);
  EXPECT_NAMED(ErrorKind, service);
  EXPECT_NAMED(ErrorKind, bad_response);
  EXPECT_NAMED(ErrorKind, storage);
}

TEST(EnumeratorNames, Outcome) {
  EXPECT_NAMED(Outcome, accepted);
  EXPECT_NAMED(Outcome, not_sent);
  EXPECT_NAMED(Outcome, rejected);
  EXPECT_NAMED(Outcome, unknown);
}

TEST(EnumeratorNames, MessageKind) {
  EXPECT_NAMED(MessageKind, voicemail);
  EXPECT_NAMED(MessageKind, sms);
}

TEST(EnumeratorNames, RetryStop) {
  EXPECT_NAMED(RetryStop, none);
  EXPECT_NAMED(RetryStop, attempts);
  EXPECT_NAMED(RetryStop, budget);
  EXPECT_NAMED(RetryStop, deadline);
  EXPECT_NAMED(RetryStop, breaker);
  EXPECT_NAMED(RetryStop, cancelled);
  EXPECT_NAMED(RetryStop, shutdown);
}

TEST(EnumeratorNames, EventType) {
  EXPECT_NAMED(EventType, attempt_started);
  EXPECT_NAMED(EventType, retry_scheduled);
  EXPECT_NAMED(EventType, finished);
  EXPECT_NAMED(EventType, completion_threw);
  EXPECT_NAMED(EventType, breaker_opened);
  EXPECT_NAMED(EventType, breaker_closed);
}

TEST(EnumeratorNames, IssueCode) {
  EXPECT_NAMED(IssueCode, missing);
  EXPECT_NAMED(IssueCode, blank);
  EXPECT_NAMED(IssueCode, invalid_utf8);
  EXPECT_NAMED(IssueCode, control_character);
  EXPECT_NAMED(IssueCode, invalid_phone_number);
  EXPECT_NAMED(IssueCode, no_audio_source);
  EXPECT_NAMED(IssueCode, several_audio_sources);
  EXPECT_NAMED(IssueCode, incomplete_pair);
  EXPECT_NAMED(IssueCode, no_reply_route);
  EXPECT_NAMED(IssueCode, conflicting_reply_route);
  EXPECT_NAMED(IssueCode, too_long);
  EXPECT_NAMED(IssueCode, invalid_postal_code);
  EXPECT_NAMED(IssueCode, invalid_url);
  EXPECT_NAMED(IssueCode, url_with_credentials);
  EXPECT_NAMED(IssueCode, not_a_json_object);
  EXPECT_NAMED(IssueCode, reserved_key);
  EXPECT_NAMED(IssueCode, invalid_value);
  EXPECT_NAMED(IssueCode, out_of_range);
  EXPECT_NAMED(IssueCode, insecure_url);
  EXPECT_NAMED(IssueCode, no_opt_in);
  EXPECT_NAMED(IssueCode, unknown_field);
  EXPECT_NAMED(IssueCode, no_phone_field);
  EXPECT_NAMED(IssueCode, wrong_width);
  EXPECT_NAMED(IssueCode, toll_free_forwarding);
  EXPECT_NAMED(IssueCode, caller_id_only_route);
  EXPECT_NAMED(IssueCode, default_route);
  EXPECT_NAMED(IssueCode, recommended);
  EXPECT_NAMED(IssueCode, unencrypted_callback);
  EXPECT_NAMED(IssueCode, unreachable_callback);
  EXPECT_NAMED(IssueCode, not_a_guid);
  EXPECT_NAMED(IssueCode, needs_approval);
  EXPECT_NAMED(IssueCode, speech_too_long);
  EXPECT_NAMED(IssueCode, ssml_unsupported);
  EXPECT_NAMED(IssueCode, sample_value);
  EXPECT_NAMED(IssueCode, several_segments);
  EXPECT_NAMED(IssueCode, short_secret);
  EXPECT_NAMED(IssueCode, rounded);
}

TEST(EnumeratorNames, TransportFailure) {
  EXPECT_NAMED(TransportFailure, none);
  EXPECT_NAMED(TransportFailure, configuration);
  EXPECT_NAMED(TransportFailure, resolve);
  EXPECT_NAMED(TransportFailure, connect);
  EXPECT_NAMED(TransportFailure, proxy);
  EXPECT_NAMED(TransportFailure, tls_verification);
  EXPECT_NAMED(TransportFailure, tls_handshake);
  EXPECT_NAMED(TransportFailure, timeout);
  EXPECT_NAMED(TransportFailure, cancelled);
  EXPECT_NAMED(TransportFailure, interrupted);
  EXPECT_NAMED(TransportFailure, protocol);
  EXPECT_NAMED(TransportFailure, too_large);
  EXPECT_NAMED(TransportFailure, other);
}

TEST(EnumeratorNames, DropStatus) {
  EXPECT_NAMED(DropStatus, success);
  EXPECT_NAMED(DropStatus, failure);
  EXPECT_NAMED(DropStatus, other);
}

TEST(EnumeratorNames, Advice) {
  EXPECT_NAMED(Advice, none);
  EXPECT_NAMED(Advice, fix_and_resend);
  EXPECT_NAMED(Advice, try_later);
  EXPECT_NAMED(Advice, do_not_resend);
}

}  // namespace
}  // namespace dropcowboy
