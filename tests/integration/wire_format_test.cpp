// What the client writes to the socket, byte by byte.

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/request_recorder.hpp"

namespace dropcowboy {
namespace {

using support::both_schemes;
using support::client_options;
using support::fault_called;
using support::RequestRecorder;
using support::scheme_name;
using support::secret;
using support::send;
using support::text_of;
using ::testing::ElementsAre;
using ::testing::StartsWith;

class WireFormatTest : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, WireFormatTest, both_schemes, scheme_name);

struct RawRequest {
  std::string request_line;
  std::vector<std::string> headers;  ///< as written, in order
  std::string body;

  /// The lines of a header, whatever the case of its name.
  std::vector<std::string> called(std::string name) const {
    std::vector<std::string> found;
    name += ':';
    for (const std::string& line : headers) {
      if (curl_strnequal(line.c_str(), name.c_str(), name.size()) != 0) found.push_back(line);
    }
    return found;
  }
};

RawRequest parse(const std::string& request) {
  RawRequest parsed;
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string::npos) throw std::runtime_error("no end of the headers");
  parsed.body = request.substr(end + 4);
  for (std::size_t at = 0; at < end;) {
    const std::size_t line_end = request.find("\r\n", at);
    parsed.headers.push_back(request.substr(at, line_end - at));
    at = line_end + 2;
  }
  parsed.request_line = parsed.headers.front();
  parsed.headers.erase(parsed.headers.begin());
  return parsed;
}

TEST_P(WireFormatTest, WritesTheHeadersOfTheVendorsPage) {
  RequestRecorder recorder;
  server_.always(recorder.recording(fault_called("status_200")));
  ClientOptions options = client_options(server_);
  options.user_agent = "my-app/1.2";
  const Client client(options);
  EXPECT_TRUE(send(client, "first"));
  EXPECT_TRUE(send(client, "second"));
  EXPECT_TRUE(server_.finish());
  const auto requests = recorder.requests();
  ASSERT_EQ(requests.size(), 2U);
  for (const std::string& text : requests) {
    const RawRequest request = parse(text);
    EXPECT_EQ(request.request_line, "POST /v1/rvm HTTP/1.1");
    EXPECT_THAT(request.called("x-team-id"), ElementsAre("x-team-id: team-1"));
    EXPECT_THAT(request.called("x-secret"), ElementsAre(std::string("x-secret: ") + secret));
    EXPECT_THAT(request.called("content-type"), ElementsAre("Content-Type: application/json"));
    EXPECT_THAT(request.called("content-length"),
                ElementsAre("Content-Length: " + std::to_string(request.body.size())));
    EXPECT_THAT(request.called("user-agent"),
                ElementsAre(StartsWith("User-Agent: my-app/1.2 dropcowboy-cpp/")));
    EXPECT_THAT(request.called("host"),
                ElementsAre("Host: " + server_.url().substr(server_.url().find("//") + 2)));
    for (const char* none :
         {"expect", "transfer-encoding", "accept-encoding", "upgrade", "cookie", "authorization"}) {
      EXPECT_THAT(request.called(none), ElementsAre()) << none;
    }
  }
}

TEST_P(WireFormatTest, SendsEachCallToItsOwnAddress) {
  RequestRecorder recorder;
  server_.always(recorder.recording(fault_called("status_200")));
  const Client client(client_options(server_));
  EXPECT_TRUE(send(client, "first"));
  EXPECT_TRUE(client.send(support::good_sms()));
  static_cast<void>(client.list_pools());
  EXPECT_TRUE(send(client, "second"));
  EXPECT_TRUE(server_.finish());
  std::vector<std::string> lines;
  for (const std::string& text : recorder.requests()) lines.push_back(parse(text).request_line);
  EXPECT_THAT(lines, ElementsAre("POST /v1/rvm HTTP/1.1", "POST /v1/sms HTTP/1.1",
                                 "GET /v1/pool HTTP/1.1", "POST /v1/rvm HTTP/1.1"));
}

TEST_P(WireFormatTest, ReadsTheServicesClock) {
  for (const auto& [headers, expected] :
       {std::pair("HTTP/1.1 103 Early Hints\r\nDate: Sun, 06 Nov 1994 08:49:36 GMT\r\n\r\n"
                  "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
                  std::optional(784'111'777)),
        std::pair("HTTP/1.1 200 OK\r\nDate: now\r\n", std::optional<int>()),
        std::pair("HTTP/1.1 200 OK\r\n", std::optional<int>())}) {
    support::Fault answer = fault_called("status_200");
    answer.says = support::raw(headers + std::string("Content-Length: 2\r\n\r\n[]"));
    server_.script({answer});
    const auto check = Client(client_options(server_)).check_account();
    ASSERT_TRUE(check) << check.error();
    ASSERT_EQ(check->service_time.has_value(), expected.has_value()) << headers;
    if (!expected) continue;
    EXPECT_EQ(std::chrono::system_clock::to_time_t(*check->service_time), *expected);
  }
}

// A body above 1 MiB: libcurl by itself asks leave for it.
TEST_P(WireFormatTest, NeverExpectsALeaveToGoOn) {
  RequestRecorder recorder;
  server_.always(recorder.recording(fault_called("status_200")));
  const Client client(client_options(server_));
  RvmRequest request = support::good_request();
  request.recording_id.reset();
  request.voice_id = voices::female.id;
  request.tts_body = std::string(1'200'000, 'x');
  const auto result = client.send(request);
  EXPECT_TRUE(result) << text_of(result);
  EXPECT_TRUE(server_.finish());
  ASSERT_EQ(recorder.requests().size(), 1U);
  const RawRequest sent = parse(recorder.requests().front());
  EXPECT_THAT(sent.called("expect"), ElementsAre());
  EXPECT_GT(sent.body.size(), 1'200'000U);
}

class LineBreakTest : public ::testing::TestWithParam<std::string> {};

TEST_P(LineBreakTest, InAHeadersValueMakesNoClient) {
  const std::string value = "x" + GetParam() + "x-injected: 1";
  using Place = std::string& (*)(ClientOptions&);
  const std::pair<const char*, Place> places[] = {
      {"credentials.team_id",
       [](ClientOptions& all) -> std::string& { return all.credentials.team_id; }},
      {"credentials.secret",
       [](ClientOptions& all) -> std::string& { return all.credentials.secret; }},
      {"user_agent", [](ClientOptions& all) -> std::string& { return all.user_agent; }},
  };
  for (const auto& [field, place] : places) {
    SCOPED_TRACE(field);
    ClientOptions options;
    options.credentials = {"team-1", secret};
    place(options) = value;
    const auto made = Client::create(options);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::configuration);
    ASSERT_EQ(made.error().issues.size(), 1U);
    EXPECT_EQ(made.error().issues[0].field, field);
    EXPECT_EQ(made.error().issues[0].code, IssueCode::control_character);
    EXPECT_THROW(Client{options}, Exception);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, LineBreakTest, ::testing::Values("\r\n", "\n", "\r"), [](const auto& kind) {
      return std::string(kind.param == "\r\n" ? "crlf" : kind.param == "\n" ? "lf" : "cr");
    });

}  // namespace
}  // namespace dropcowboy
