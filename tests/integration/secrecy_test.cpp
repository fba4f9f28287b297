// What the client never tells: whatever a server or a proxy repeats, no text that reaches the
// program has the secret in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/request_recorder.hpp"

namespace dropcowboy {
namespace {

using support::client_options;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::RequestRecorder;
using support::Scheme;
using support::secret;
using support::secret_part;
using support::send;
using support::server_options;
using ::testing::HasSubstr;
using ::testing::Not;

/// All text that a send gives to the program around it.
class Texts {
 public:
  void listen_to(ClientOptions& options) {
    options.on_event = [this](const Event& event) {
      text_ << event.foreign_id << event.operation << event.reason << '\n';
    };
  }

  void add(const Result<Receipt>& result) {
    if (result) {
      text_ << result->status << result->foreign_id << result->drop_id.value_or("")
            << result->request_id.value_or("") << result->body << '\n';
      add(result->attempts);
      return;
    }
    const Error& error = result.error();
    text_ << error << error.message << error.foreign_id << error.request_id << error.body
          << Exception(error).what() << '\n';
    for (const Issue& issue : error.issues) text_ << issue.message << '\n';
    add(error.attempts);
  }

  std::string text() const { return text_.str(); }

 private:
  void add(const std::vector<Attempt>& attempts) {
    for (const Attempt& attempt : attempts) text_ << attempt.detail << '\n';
  }

  std::ostringstream text_;
};

/// A server that puts all it was told where a client may repeat it from.
struct Blabber {
  const char* name;
  Fault fault;
};

std::ostream& operator<<(std::ostream& out, const Blabber& blabber) { return out << blabber.name; }

/// Answers with the secret in the middle of other bytes.
Blabber blabs(const char* name, const std::string& before, const std::string& after,
              const char* like = "closes_after_the_request") {
  Fault fault = fault_called(like);
  fault.says = support::raw(before + secret + after);
  return {name, fault};
}

std::vector<Blabber> blabbers() {
  const std::string no_body = "Content-Length: 0\r\n\r\n";
  std::vector<Blabber> all = {
      blabs("in_the_status_line", "HTTP/1.1 500 ", "\r\n" + no_body),
      blabs("in_the_status", "HTTP/1.1 ", "\r\n\r\n"),
      blabs("in_the_protocol", "", " 200 OK\r\n\r\n"),
      blabs("in_the_request_id", "HTTP/1.1 400 No\r\nX-Request-Id: ", "\r\n" + no_body),
      blabs("in_the_request_id_of_a_success", "HTTP/1.1 200 OK\r\nX-Request-Id: ",
            "\r\nContent-Length: 19\r\n\r\n{\"status\":\"queued\"}"),
      blabs("in_retry_after", "HTTP/1.1 429 No\r\nRetry-After: ", "\r\n" + no_body),
      blabs("in_a_header_without_colon", "HTTP/1.1 200 OK\r\n", "\r\n" + no_body),
      blabs("in_the_content_encoding",
            "HTTP/1.1 200 OK\r\nContent-Encoding: ", "\r\nContent-Length: 1\r\n\r\nx"),
      blabs("in_the_transfer_encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: ", "\r\n\r\nx"),
      blabs("in_the_location", "HTTP/1.1 302 Found\r\nLocation: https://", "\r\n" + no_body),
      blabs("in_the_chunk_size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\n"),
      blabs("in_a_body_that_breaks_off", "HTTP/1.1 500 No\r\nContent-Length: 999\r\n\r\n", ""),
      {"as_an_echo", fault_called("status_400_echo")},
      {"as_an_echo_in_json", fault_called("status_400_echo_in_json")},
  };
  for (const char* status : {"200 OK", "401 Unauthorized", "429 Slow Down", "502 Bad Gateway"}) {
    Fault fault = fault_called("status_400");
    fault.says = [status](const support::Question& question) {
      return support::answer(status, std::string(question.request))(question);
    };
    static const std::map<char, const char*> names = {{'2', "as_an_echo_with_200"},
                                                      {'5', "as_an_echo_with_502"}};
    const auto name = names.find(status[0]);
    all.push_back({name != names.end() ? name->second
                   : status[2] == '1'  ? "as_an_echo_with_401"
                                       : "as_an_echo_with_429",
                   fault});
  }
  return all;
}

class SecretTest : public ::testing::TestWithParam<Blabber> {};

TEST_P(SecretTest, IsNotRepeated) {
  FaultServer server;
  RequestRecorder recorder;
  server.always(recorder.recording(GetParam().fault));
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  texts.add(send(Client(options), "victim"));
  EXPECT_TRUE(server.finish());
  ASSERT_EQ(recorder.requests().size(), 1U);
  EXPECT_THAT(recorder.requests().front(), HasSubstr(secret)) << "the service was told";
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr(secret_part)));
}

INSTANTIATE_TEST_SUITE_P(Servers, SecretTest, ::testing::ValuesIn(blabbers()),
                         [](const auto& blabber) { return std::string(blabber.param.name); });

class SecretInFailureTest : public ::testing::TestWithParam<const char*> {};

TEST_P(SecretInFailureTest, IsNotRepeated) {
  FaultServer server(server_options(Scheme::https));
  server.always(fault_called(GetParam()));
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  const auto result = send(Client(options), "victim");
  EXPECT_FALSE(result);
  texts.add(result);
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr(secret_part)));
}

INSTANTIATE_TEST_SUITE_P(Faults, SecretInFailureTest,
                         ::testing::Values("connection_refused", "tls_closes", "tls_resets",
                                           "tls_speaks_garbage", "certificate_self_signed",
                                           "certificate_for_another_host",
                                           "closes_after_the_request", "resets_after_the_request"),
                         [](const auto& fault) { return std::string(fault.param); });

TEST(ProxyPasswordTest, IsNotRepeated) {
  FaultServer proxy;
  FaultServer server;
  ClientOptions options = client_options(server);
  Texts texts;
  texts.listen_to(options);
  std::string url = proxy.url();
  options.proxy.url = url.insert(url.find("//") + 2, std::string("user:") + secret_part + "@");
  for (const char* fault : {"status_407", "closes_after_the_request", "connection_refused"}) {
    proxy.always(fault_called(fault));
    const auto result = send(Client(options), "victim");
    EXPECT_FALSE(result) << fault;
    texts.add(result);
  }
  EXPECT_THAT(texts.text(), HasSubstr("victim")) << "texts were collected";
  EXPECT_THAT(texts.text(), Not(HasSubstr(secret_part)));
}

}  // namespace
}  // namespace dropcowboy
