// simulate and listen: the tool as a server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <httplib.h>

#include <list>

#include "support/http_client.hpp"
#include "support/sender.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::Ended;
using support::Process;
using support::run_tool;
using support::Streams;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// A server of the tool's, and what it says on stdout, a JSON document a line.
class Server {
 public:
  explicit Server(const support::Arguments& arguments)
      : process(support::tool_program, arguments, {}, Streams::separate), greeting(next()) {}

  json next() { return json::parse(process.read_line(), nullptr, false); }
  std::string url() const { return greeting.value("url", ""); }

  /// What it said to people.
  std::string end() {
    process.terminate();
    EXPECT_EQ(process.read_all(), "");
    EXPECT_EQ(process.wait(), 0);
    return process.errors();
  }

  Process process;
  json greeting;
};

support::Arguments voicemail(const std::string& number, const support::Arguments& more) {
  support::Arguments arguments = {"send-rvm",
                                  "--brand-id=5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10",
                                  "--recording-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21",
                                  "--forwarding-number=+15557654321",
                                  "--foreign-id=order-17",
                                  "--phone-number=" + number};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Process::Variables account_of(const Server& simulator) {
  return {{"HOME", "/nonexistent"},
          {"DROPCOWBOY_TEAM_ID", simulator.greeting.value("team_id", "")},
          {"DROPCOWBOY_SECRET", simulator.greeting.value("secret", "")},
          {"DROPCOWBOY_BASE_URL", simulator.url()}};
}

/// What the simulator tells of one message. Its callback may be due before the request is written
/// down.
std::pair<json, json> request_and_callback(Server& simulator) {
  json first = simulator.next();
  json second = simulator.next();
  if (first["event"] != "request") first.swap(second);
  return {std::move(first), std::move(second)};
}

TEST(ToolServers, PlayTheWholeWayOfAVoicemailBetweenThem) {
  Server simulator({"simulate"});
  Server listener({"listen"});
  const Ended sent = run_tool(voicemail("+15550010004", {"--callback-url", listener.url()}),
                              account_of(simulator));
  ASSERT_EQ(sent.status, 0) << sent.errors;

  const auto [request, callback] = request_and_callback(simulator);
  EXPECT_EQ(request["event"], "request");
  EXPECT_EQ(request["method"], "POST");
  EXPECT_EQ(request["path"], "/v1/rvm");
  EXPECT_EQ(request["status"], 200);
  EXPECT_EQ(request["foreign_id"], "order-17");
  EXPECT_EQ(callback["event"], "callback");
  EXPECT_EQ(callback["reason"], "No Answer");
  EXPECT_EQ(callback["answered_status"], 200);
  const json heard = listener.next();
  EXPECT_EQ(heard["event"], "callback");
  EXPECT_EQ(heard["foreign_id"], "order-17");
  EXPECT_EQ(heard["advice"], "try_later");
  EXPECT_EQ(heard["authenticity"], "none");

  EXPECT_THAT(listener.end(), AllOf(HasSubstr("order-17: failed: No Answer (code 4005)"),
                                    Not(HasSubstr("+15550010004"))));
  EXPECT_THAT(simulator.end(),
              AllOf(HasSubstr("export DROPCOWBOY_BASE_URL=" + simulator.url()),
                    HasSubstr("export DROPCOWBOY_TEAM_ID=simulated-team"),
                    HasSubstr("POST /v1/rvm -> 200 queued (foreign_id order-17)"),
                    HasSubstr("failure, No Answer"), Not(HasSubstr("+15550010004\""))));
}

int port_of(const std::string& url) {
  const auto begin = url.find(':', 7) + 1;
  return std::stoi(url.substr(begin, url.find('/', begin) - begin));
}

std::string post(const std::string& body, const std::string& headers = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(ToolServers, ListenAnswersWhatAHundredKeptConnectionsSend) {
  Server listener({"listen"});
  std::list<support::Sender> senders;
  for (int i = 0; i < 100; ++i) senders.emplace_back(port_of(listener.url()));
  for (int round = 0; round < 2; ++round) {
    int number = 0;
    for (support::Sender& sender : senders) {
      const std::string id = std::to_string(++number + 1'000 * round);
      ASSERT_TRUE(sender.send(post(R"({"status":"success","foreign_id":")" + id + "\"}")));
      EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
      EXPECT_EQ(listener.next()["foreign_id"], id);
    }
  }
  EXPECT_THAT(listener.end(), AllOf(HasSubstr("nobody vouches for what it shows"),
                                    HasSubstr("nobody vouches for it")));
}

TEST(ToolServers, ListenShowsOneLineWhateverACallbackSays) {
  Server listener({"listen"});
  support::Sender sender(port_of(listener.url()));
  ASSERT_TRUE(
      sender.send(post(R"({"status":"failure","foreign_id":"a\nb","reason":"x\ny\u202e"})")));
  EXPECT_THAT(sender.answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(listener.next()["foreign_id"], "a\nb");
  EXPECT_THAT(listener.end(), HasSubstr("a\\nb: failed: x\\ny\\u202E\n"));
}

TEST(ToolServers, TheSimulatorTakesNoEndlessBody) {
  Server simulator({"simulate"});
  support::Sender sender(port_of(simulator.url()));
  std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  std::size_t sent = 0;
  if (sender.send("POST /v1/rvm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")) {
    while (sent < 200'000'000 && sender.send(chunk)) sent += chunk.size();
  }
  EXPECT_LT(sent, 100'000'000U);
  const std::string small =
      "POST /v1/rvm HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
  support::Sender next(port_of(simulator.url()));
  ASSERT_TRUE(next.send(small));
  EXPECT_THAT(next.answer(), StartsWith("HTTP/1.1 ")) << "read, and judged";
  EXPECT_EQ(simulator.next()["path"], "/v1/rvm");
  simulator.end();
}

TEST(ToolServers, TheStrictSimulatorSaysWhyItRefuses) {
  Server simulator({"simulate", "--strict"});
  auto variables = account_of(simulator);
  const Ended refused = run_tool(voicemail("+15550010001", {"--secret", "wrong"}), variables);
  EXPECT_EQ(refused.status, 4);
  const json request = simulator.next();
  EXPECT_EQ(request["status"], 401);
  EXPECT_THAT(request["answer"], HasSubstr("x-team-id"));
  EXPECT_THAT(simulator.end(),
              AllOf(HasSubstr("stricter than the service"), Not(HasSubstr("secret wrong"))));
}

TEST(ToolServers, TheSimulatorQueuesAStaleSecretAndFailsItInTheCallbackAsTheServiceDoes) {
  Server simulator({"simulate"});
  Server listener({"listen"});
  const Ended sent = run_tool(
      voicemail("+15550010001", {"--secret", "stale-0001", "--callback-url", listener.url()}),
      account_of(simulator));
  EXPECT_EQ(sent.status, 0);
  EXPECT_EQ(sent.document()["answer"], json({{"status", "queued"}}));
  EXPECT_THAT(sent.errors, HasSubstr("not that the account may send"));
  const auto [request, callback] = request_and_callback(simulator);
  EXPECT_EQ(request["answer"], "queued");
  EXPECT_EQ(callback["reason"], "Not authorized");
  EXPECT_EQ(listener.next()["known_reason"], "not_authorized");
  EXPECT_THAT(simulator.end(), AllOf(HasSubstr("wrong credentials"), Not(HasSubstr("stale-0001"))));
}

TEST(ToolServers, TheSimulatorLosesCallbacksIfAskedTo) {
  Server simulator({"simulate", "--lose-callbacks", "1"});
  ASSERT_EQ(run_tool(voicemail("+15550010001", {"--callback-url", "http://127.0.0.1:1/"}),
                     account_of(simulator))
                .status,
            0);
  const auto [request, callback] = request_and_callback(simulator);
  EXPECT_EQ(request["event"], "request");
  EXPECT_EQ(callback["lost"], true);
  EXPECT_THAT(simulator.end(), HasSubstr("lost on purpose"));
}

TEST(ToolServers, PlayTheNewerServiceToo) {
  Server simulator({"simulate"});
  Server listener({"listen"});
  support::HttpClient client(simulator.greeting.value("v2_url", ""));
  const httplib::Headers pair = {{"x-key", simulator.greeting.value("v2_key", "")},
                                 {"x-secret", simulator.greeting.value("v2_secret", "")}};
  const auto post = [&](const char* path, const json& body) {
    const auto answer = client.Post(path, pair, body.dump(), "application/json");
    return answer ? answer->status : 0;
  };
  const json hook = {{"hook_url", listener.url()}, {"event_types", {"*"}}};
  ASSERT_EQ(post("/register/public/webhooks", hook), 201);
  EXPECT_EQ(simulator.next()["path"], "/register/public/webhooks");
  ASSERT_EQ(post("/rvm", {{"to", "+15550010002"},
                          {"media_id", "0f4e8d2c-7b1a-4c5d-9e3f-2a6b8c0d1e21"},
                          {"foreign_id", "order-17"},
                          {"callback_url", listener.url()}}),
            202);
  const json callback = listener.next();
  EXPECT_EQ(callback["event"], "callback");
  EXPECT_EQ(callback["foreign_id"], "order-17");
  EXPECT_EQ(callback["reason_code"], 4000);
  EXPECT_EQ(callback["issues"], json::array());
  const json event = listener.next();
  EXPECT_EQ(event["event"], "callback");
  EXPECT_EQ(event["webhook_event"], "contact.rvm.status");
  EXPECT_EQ(event["reason_code"], 4000);
  EXPECT_TRUE(event["event_id"].is_string());
  EXPECT_THAT(listener.end(),
              AllOf(HasSubstr("order-17: failed: VoiceMail Not Detected"),
                    HasSubstr("contact.rvm.status, drop "), Not(HasSubstr("+15550010002"))));
  std::vector<std::string> told;  // the request may be written down last
  for (int i = 0; i < 3; ++i) {
    const json line = simulator.next();
    told.push_back(line.value("event", "") + ' ' + line.value("webhook_event", ""));
  }
  EXPECT_THAT(told, UnorderedElementsAre("request ", "callback ", "webhook contact.rvm.status"));
  EXPECT_THAT(simulator.end(),
              AllOf(HasSubstr("DROPCOWBOY_KEY=simulated-key"), HasSubstr("POST /rvm -> 202 queued"),
                    HasSubstr("webhook contact.rvm.status (try 1) to ")));
}

TEST(ToolServers, TheSimulatorTakesAnyCredentialsIfAskedTo) {
  Server simulator({"simulate", "--any-credentials"});
  const Ended sent =
      run_tool(voicemail("+15550010001", {"--team-id", "whoever", "--secret", "whatever"}),
               account_of(simulator));
  EXPECT_EQ(sent.status, 0) << sent.errors;
  EXPECT_THAT(simulator.next()["status"], 200);
  EXPECT_THAT(simulator.end(), HasSubstr("any credentials"));
}

/// Any page in a browser on this machine can post to it.
TEST(ToolServers, ListenIgnoresWhatAWebPagePosts) {
  Server listener({"listen"});
  support::HttpClient browser(listener.url().substr(0, listener.url().rfind('/')));
  const std::string body = R"({"foreign_id":"forged","status":"failure"})";
  for (const auto& [name, value] : {std::pair("Origin", "https://evil.test"),
                                    {"Origin", "null"},
                                    {"Sec-Fetch-Site", "cross-site"}}) {
    const auto answer = browser.Post("/", {{name, value}}, body, "text/plain");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 403);
    EXPECT_EQ(listener.next()["rejection"], "web_page");
  }
  EXPECT_EQ(browser.Post("/", body, "application/json")->status, 200);
  EXPECT_EQ(listener.next()["foreign_id"], "forged");
  EXPECT_THAT(listener.end(), AllOf(HasSubstr("nobody vouches for what it shows"),
                                    HasSubstr("nobody vouches for it: whoever knows the URL")));
}

TEST(ToolServers, ListenShowsOnAPageWhatCame) {
  Server listener({"listen"});
  const std::string page = listener.greeting.value("page_url", "");
  ASSERT_THAT(page, StartsWith("http://127.0.0.1:"));
  support::HttpClient sender(listener.url().substr(0, listener.url().rfind('/')));
  const std::string body = R"({"foreign_id":"order-17","status":"failure","reason":"No Answer"})";
  for (int i = 0; i < 2; ++i) ASSERT_EQ(sender.Post("/", body, "application/json")->status, 200);
  ASSERT_EQ(sender.Post("/", "[]", "application/json")->status, 400);

  support::HttpClient browser(page.substr(0, page.size() - 1));
  EXPECT_EQ(browser.Get("/")->status, 200);
  const json shown = json::parse(browser.Get("/page/api/messages.json")->body);
  ASSERT_EQ(shown.size(), 3U);
  EXPECT_EQ(shown[0]["state"], "failed");
  EXPECT_EQ(shown[0]["body"], body);
  EXPECT_EQ(shown[1]["state"], "repeat");
  EXPECT_EQ(shown[2]["refused_for"], "not_a_callback");
  const json about = json::parse(browser.Get("/page/api/about")->body);
  EXPECT_EQ(about["callback_url"], listener.url());

  const Ended second = run_tool({"listen", "--page-port", std::to_string(port_of(page))}, {});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.errors, HasSubstr("cannot listen on port"));
  EXPECT_EQ(listener.next()["event"], "callback");
  EXPECT_EQ(listener.next()["event"], "rejection");
  EXPECT_THAT(listener.end(), HasSubstr("Open " + page));
}

TEST(ToolServers, ListenOnThePortThatIsAskedForAndNowhereElse) {
  for (const char* command : {"simulate", "listen"}) {
    Server first({command});
    const std::string url = first.url();
    const auto begin = url.find(':', 7) + 1;
    const std::string port = url.substr(begin, url.find('/', begin) - begin);
    const Ended second = run_tool({command, "--port", port}, {});
    EXPECT_EQ(second.status, 1) << command;
    EXPECT_THAT(second.errors, AllOf(HasSubstr("cannot listen on port " + port)));
    EXPECT_EQ(run_tool({command, "--port", "70000"}, {}).status, 1);
    first.end();
  }
}

TEST(ToolServers, ATerminalShowsPeopleTheirTextOnlyAndEndsOnCtrlC) {
  for (const char* command : {"simulate", "listen"}) {
    Process process(support::tool_program, {command}, {}, Streams::terminal);
    EXPECT_THAT(process.read_until("Ctrl-C ends it."), HasSubstr("http://127.0.0.1:"));
    process.type("\x03");
    EXPECT_THAT(process.read_all(), Not(HasSubstr("{")));
    EXPECT_EQ(process.wait(), 0);
  }
}

}  // namespace
}  // namespace dropcowboy
