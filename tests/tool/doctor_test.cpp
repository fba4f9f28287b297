// doctor, and the way to the service.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../tools/clock.hpp"
#include "support/listener.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::SimulatedFault;
using dropcowboy::testing::Simulator;
using dropcowboy::testing::SimulatorOptions;
using nlohmann::json;
using std::chrono::seconds;
using support::Ended;
using support::Home;
using support::Process;
using support::run_against;
using support::run_tool;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// What was found of one thing; nothing if it was not looked at.
json finding(const Ended& ended, const std::string& what) {
  const json document = ended.document();
  for (const json& check : document["checks"]) {
    if (check["check"] == what) return check["ok"];
  }
  return nullptr;
}

TEST(ToolDoctor, SaysThatAllIsWellAndWhereItLooked) {
  const Simulator simulator;
  const Ended ended =
      run_against(simulator, {"doctor", "--callback-url", "https://hooks.acme.test/results"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.document()["ok"], true);
  for (const char* what :
       {"clock", "callback_url", "account", "base_url", "credentials", "brands"}) {
    EXPECT_EQ(finding(ended, what), true) << what;
  }
  EXPECT_THAT(ended.document()["usable_brand_ids"], SizeIs(1));
  EXPECT_THAT(ended.errors,
              AllOf(HasSubstr("secret from DROPCOWBOY_SECRET"), HasSubstr("credentials: they hold"),
                    HasSubstr("clock: within 300 s of the service's"),
                    HasSubstr("Acme Incorporated: registered yes, allowed for this API yes"),
                    HasSubstr("its callback does"), Not(HasSubstr("simulated-secret"))));
  ASSERT_THAT(simulator.requests(), SizeIs(1));
  EXPECT_EQ(simulator.requests()[0].path, "/v1/brand");
}

/// The one thing that no send tells: with a stale secret they are all accepted.
TEST(ToolDoctor, FindsAStaleSecret) {
  const Simulator simulator;
  const Ended ended = run_against(simulator, {"doctor", "--secret", "stale-0001"});
  EXPECT_EQ(ended.status, 4);
  EXPECT_EQ(ended.document()["ok"], false);
  EXPECT_EQ(finding(ended, "base_url"), true);
  EXPECT_EQ(finding(ended, "credentials"), false);
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("secret from --secret"), HasSubstr("secret: --secret"),
                                  Not(HasSubstr("stale-0001"))));
}

TEST(ToolDoctor, FindsThatNoBrandCanBeUsed) {
  for (const bool is_listed : {false, true}) {
    SimulatorOptions options;
    options.account.brands.clear();
    if (is_listed) {
      Brand brand;
      brand.brand_id = "b-1";
      brand.company_name = "Acme";
      brand.registered = false;
      options.account.brands.push_back(brand);
    }
    const Simulator simulator(options);
    const Ended ended = run_against(simulator, {"doctor"});
    EXPECT_EQ(ended.status, 4);
    EXPECT_EQ(finding(ended, "credentials"), true);
    EXPECT_EQ(finding(ended, "brands"), false);
    EXPECT_THAT(ended.errors, HasSubstr("trust center"));
    if (is_listed) {
      EXPECT_THAT(ended.errors, HasSubstr("Acme: registered no, allowed for this API not told"));
    }
  }
}

TEST(ToolDoctor, TellsTheWayThatLeadsNowhereFromAServiceThatFails) {
  Simulator simulator;
  const Ended nowhere = run_against(simulator, {"doctor", "--base-url", "http://127.0.0.1:1/v1"});
  EXPECT_EQ(nowhere.status, 3);
  EXPECT_EQ(finding(nowhere, "base_url"), false);
  EXPECT_EQ(finding(nowhere, "credentials"), json());
  EXPECT_THAT(nowhere.errors, AllOf(HasSubstr("--proxy URL"), HasSubstr("DROPCOWBOY_PROXY")));

  std::vector<support::Descriptor> connections;
  const support::Listener without_tls([&](support::Descriptor connection) {
    const std::string answer = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    platform::send_some(connection.get(), answer.data(), answer.size());
    connections.push_back(std::move(connection));
  });
  const Ended no_tls = run_tool({"doctor", "--team-id=a", "--secret=b", "--base-url",
                                 "https://127.0.0.1:" + std::to_string(without_tls.port()) + "/v1"},
                                {{"HOME", "/nonexistent"}});
  EXPECT_EQ(no_tls.status, 3);
  EXPECT_EQ(finding(no_tls, "tls"), false);
  EXPECT_THAT(no_tls.errors, AllOf(HasSubstr("--ca-file FILE"), HasSubstr("--native-store"),
                                   HasSubstr("DROPCOWBOY_CA_FILE")));

  SimulatedFault page;
  page.status = 404;
  page.body = "<html><title>Not the API</title></html>";
  simulator.inject(page);
  const Ended elsewhere = run_against(simulator, {"doctor"});
  EXPECT_EQ(elsewhere.status, 4);
  EXPECT_EQ(finding(elsewhere, "service"), false);
  EXPECT_THAT(elsewhere.errors, HasSubstr("Not the API"));
}

TEST(ToolDoctor, LooksAtTheFormOfACallbackUrl) {
  const Simulator simulator;
  for (const char* url : {"", "/results", "ftp://acme.test/", "https://user:pass@acme.test/"}) {
    const Ended ended = run_against(simulator, {"doctor", std::string("--callback-url=") + url});
    EXPECT_EQ(ended.status, 2) << url;
    EXPECT_EQ(finding(ended, "callback_url"), false) << url;
    EXPECT_EQ(finding(ended, "credentials"), true) << "and at all the rest";
  }
  const Ended local =
      run_against(simulator, {"doctor", "--callback-url", "http://127.0.0.1:8401/"});
  EXPECT_EQ(local.status, 0);
  EXPECT_EQ(finding(local, "callback_url"), true);
  EXPECT_THAT(local.errors, AllOf(HasSubstr("plain http"), HasSubstr("cannot reach")));
}

TEST(ToolDoctor, NeedsAnAccountLikeEveryOther) {
  const Ended ended = run_tool({"doctor"}, {{"HOME", "/nonexistent"}});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.errors, HasSubstr("team id and secret are missing"));
}

TEST(ToolDoctor, FindsAClockThatNobodyHasSet) {
  using Time = std::chrono::system_clock::time_point;
  EXPECT_THAT(tool::complaint_about_clock(Time()), HasSubstr("in the past"));
  EXPECT_THAT(tool::complaint_about_clock(Time(seconds(1'735'689'599))), HasSubstr("in the past"));
  EXPECT_THAT(tool::complaint_about_clock(Time(seconds(1'735'689'600))), IsEmpty());
  EXPECT_THAT(tool::complaint_about_clock(Time(seconds(4'102'444'800))), IsEmpty());
  EXPECT_THAT(tool::complaint_about_clock(Time(seconds(4'102'444'801))), HasSubstr("future"));
}

TEST(ToolDoctor, HoldsTheClockAgainstTheServices) {
  const std::chrono::system_clock::time_point service(seconds(1'800'000'000));
  for (const seconds off : {seconds(-300), seconds(0), seconds(300)}) {
    EXPECT_THAT(tool::complaint_about_clock(service + off, service), IsEmpty()) << off.count();
  }
  EXPECT_THAT(tool::complaint_about_clock(service + seconds(301), service),
              HasSubstr("is 301 s ahead of the service's"));
  EXPECT_THAT(tool::complaint_about_clock(service - seconds(301), service),
              HasSubstr("is 301 s behind the service's"));
}

/// An HTTP proxy of plain requests is an ordinary server that is asked for whole URLs; this one
/// answers for itself.
TEST(ToolNetwork, GoesThroughAProxyThatAFlagOrAVariableNames) {
  SimulatedFault answer;
  answer.status = 407;
  const auto proxied = [&](const support::Arguments& flags, const Process::Variables& more) {
    Simulator proxy;
    proxy.inject(answer);
    const std::string address = proxy.url().substr(0, proxy.url().rfind('/'));
    support::Arguments arguments = {"brands", "--base-url=http://127.0.0.1:1/v1"};
    Process::Variables variables = {
        {"HOME", "/nonexistent"}, {"DROPCOWBOY_TEAM_ID", "a"}, {"DROPCOWBOY_SECRET", "b"}};
    for (std::string flag : flags) {
      if (const auto at = flag.find("PROXY"); at != std::string::npos) flag.replace(at, 5, address);
      arguments.push_back(flag);
    }
    for (auto [name, value] : more) {
      variables.emplace_back(name, value == "PROXY" ? address : value);
    }
    run_tool(arguments, variables);
    return proxy.requests().size() == 1;
  };
  EXPECT_TRUE(proxied({"--proxy=PROXY"}, {}));
  EXPECT_TRUE(proxied({}, {{"DROPCOWBOY_PROXY", "PROXY"}}));
  EXPECT_TRUE(proxied({}, {{"DROP_COWBOY_PROXY", "PROXY"}}));
  EXPECT_TRUE(proxied({"--proxy=environment"}, {{"http_proxy", "PROXY"}}));
  EXPECT_TRUE(proxied({}, {{"DROPCOWBOY_PROXY", "environment"}, {"http_proxy", "PROXY"}}));
  EXPECT_TRUE(proxied({"--proxy=PROXY"}, {{"DROPCOWBOY_PROXY", "http://127.0.0.1:1"}}));
  EXPECT_FALSE(proxied({}, {{"http_proxy", "PROXY"}})) << "only when asked for";
}

TEST(ToolNetwork, RefusesACaFileThatIsNotThereAndAWordThatIsNone) {
  const Simulator simulator;
  const support::Arguments brands = {"brands", "--base-url", "https" + simulator.url().substr(4)};
  auto variables = support::account_of(simulator);
  variables.emplace_back("DROPCOWBOY_CA_FILE", "/nonexistent/authority.pem");
  const Ended missing = run_tool(brands, variables);
  EXPECT_EQ(missing.status, 1) << missing.errors;
  EXPECT_THAT(missing.errors, HasSubstr("/nonexistent/authority.pem"));

  variables.back() = {"DROPCOWBOY_NATIVE_STORE", "perhaps"};
  const Ended word = run_tool(brands, variables);
  EXPECT_EQ(word.status, 1);
  EXPECT_THAT(word.errors, HasSubstr("DROPCOWBOY_NATIVE_STORE is 1 or 0"));
  for (const char* good : {"0", "1", "true", "false"}) {
    variables.back().second = good;
    EXPECT_EQ(run_tool({"brands"}, variables).status, 0) << good;
  }
  EXPECT_EQ(run_against(simulator, {"brands", "--native-store"}).status, 0);
}

}  // namespace
}  // namespace dropcowboy
