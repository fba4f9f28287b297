// The page of the simulator, by raw HTTP: what it serves and to whom.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/simulator_page.hpp"

namespace dropcowboy {
namespace {

using nlohmann::json;
using support::PageClient;
using support::SimulatorPage;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Simulator;
using ::testing::SizeIs;

TEST(SimulatorWithoutPage, HasNothingAtItsAddresses) {
  const Simulator simulator;
  PageClient page(simulator.v2_url());
  EXPECT_EQ(simulator.page_url(), "");
  for (const char* path : {"/", "/page/main.js", "/page/page.css", "/page/api/events"}) {
    EXPECT_EQ(page.get(path)->status, 404) << path;
  }
  EXPECT_EQ(page.post("clear", json::object())->status, 404);
}

TEST_F(SimulatorPage, IsServedWithItsFiles) {
  EXPECT_EQ(simulator.page_url(), simulator.v2_url() + "/");
  const auto html = page.get("/");
  EXPECT_EQ(html->status, 200);
  EXPECT_EQ(html->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(html->body, HasSubstr("<title>Drop Cowboy</title>"));
  EXPECT_EQ(page.get("/page/page.css")->get_header_value("Content-Type"),
            "text/css; charset=utf-8");
  const auto scripts = page.scripts();
  EXPECT_GT(scripts.size(), 5U);
  for (const std::string& script : scripts) {
    const auto answer = page.get(script);
    EXPECT_EQ(answer->status, 200) << script;
    EXPECT_EQ(answer->get_header_value("Content-Type"), "text/javascript; charset=utf-8");
  }
  for (const char* path : {"/page/nowhere", "/page/", "/page/api/nowhere", "/page/../page.css"}) {
    EXPECT_EQ(page.get(path)->status, 404) << path;
  }
}

TEST_F(SimulatorPage, LoadsNothingFromElsewhereAndRunsNothingInline) {
  for (const char* path : {"/", "/page/main.js", "/page/api/about", "/page/api/messages.json"}) {
    const auto answer = page.get(path);
    EXPECT_THAT(answer->get_header_value("Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("script-src 'self'"),
                      HasSubstr("frame-ancestors 'none'"), Not(HasSubstr("unsafe"))))
        << path;
    EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff") << path;
  }
  const std::string html = page.get("/")->body;
  EXPECT_THAT(html, AllOf(Not(HasSubstr("http://")), Not(HasSubstr("https://")),
                          Not(HasSubstr("style=")), Not(HasSubstr("onclick"))));
  EXPECT_THAT(page.get("/page/page.css")->body,
              AllOf(Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
}

TEST_F(SimulatorPage, PutsTextsInAsTextOnly) {
  for (const std::string& script : page.scripts()) {
    const std::string text = page.get(script)->body;
    for (const char* maker : {"innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(",
                              "createContextualFragment", "DOMParser", "srcdoc"}) {
      EXPECT_THAT(text, Not(HasSubstr(maker))) << script;
    }
  }
}

TEST_F(SimulatorPage, IsServedToHostsOfThisMachineAndPortOnly) {
  const std::string port = page.port();
  for (const char* host : {"127.0.0.1", "localhost", "[::1]"}) {
    EXPECT_EQ(page.get("/", {{"Host", host + port}})->status, 200) << host;
  }
  const std::vector<std::string> strangers = {"evil.example" + port, "127.0.0.1", "127.0.0.1:1",
                                              "127.0.0.1.evil.example" + port,
                                              "evil.example#127.0.0.1" + port};
  for (const std::string& host : strangers) {
    for (const char* path : {"/", "/page/main.js", "/page/api/events", "/page/api/messages.json"}) {
      const auto answer = page.get(path, {{"Host", host}});
      EXPECT_EQ(answer->status, 403) << host << path;
      EXPECT_THAT(answer->body, Not(HasSubstr("<"))) << host << path;
    }
  }
}

TEST_F(SimulatorPage, IsNotReadByOtherOrigins) {
  for (const char* path : {"/page/api/events", "/page/api/messages.json", "/page/api/about"}) {
    EXPECT_EQ(page.get(path, {{"Origin", "http://evil.example"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Origin", "http://127.0.0.1:1"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Origin", "null"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Sec-Fetch-Site", "cross-site"}})->status, 403) << path;
    EXPECT_EQ(page.get(path, {{"Sec-Fetch-Site", "same-site"}})->status, 403) << path;
  }
  EXPECT_EQ(page.get("/page/api/about", {{"Sec-Fetch-Site", "same-origin"}})->status, 200);
  EXPECT_FALSE(page.get("/page/api/about")->has_header("Access-Control-Allow-Origin"));
  const httplib::Headers link = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(page.get("/", link)->status, 200) << "a link may lead to the page itself";
}

TEST_F(SimulatorPage, IsNotDrivenByOtherOrigins) {
  send();
  for (const httplib::Headers& headers :
       {httplib::Headers{{"Origin", "http://evil.example"}}, httplib::Headers{{"Origin", "null"}},
        httplib::Headers{{"X-Nothing", "no origin"}},
        httplib::Headers{{"Origin", page.origin()}, {"Sec-Fetch-Site", "cross-site"}}}) {
    for (const char* what : {"clear", "fault", "callback-fault", "number", "messages/1/tell",
                             "messages/1/lose", "messages/1/opt-out"}) {
      EXPECT_EQ(page.post(what, json::object(), headers)->status, 403) << what;
    }
  }
  EXPECT_EQ(raw.post_rvm(std::string("not JSON"))->status, 400) << "no fault was injected";
  EXPECT_THAT(page.messages(), SizeIs(2));
  const auto form = page.post("clear", json::object(), {{"Origin", page.origin()}}, "text/plain");
  EXPECT_EQ(form->status, 415);
  EXPECT_EQ(page.post("clear", json::object())->status, 200);
  EXPECT_THAT(page.messages(), IsEmpty());
}

TEST_F(SimulatorPage, IsNeitherRecordedNorStruckByFaults) {
  testing::SimulatedFault fault;
  fault.status = 503;
  simulator.inject(fault);
  EXPECT_EQ(page.get("/")->status, 200);
  EXPECT_EQ(page.get("/page/api/about")->status, 200);
  EXPECT_THAT(simulator.requests(), IsEmpty());
  EXPECT_EQ(raw.post_rvm(raw.good_body())->status, 503);
}

}  // namespace
}  // namespace dropcowboy
