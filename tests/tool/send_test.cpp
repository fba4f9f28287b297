// Sending with the tool: requests, results, exit codes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "dropcowboy/rvm.hpp"
#include "support/requests.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::SimulatedFault;
using dropcowboy::testing::Simulator;
using nlohmann::json;
using support::Ended;
using support::Home;
using support::Process;
using support::run_tool;
using support::Streams;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

support::Arguments voicemail(const support::Arguments& more = {}) {
  support::Arguments arguments = {
      "send-rvm", "--brand-id=5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10", "--phone-number=+15550010001",
      "--recording-id=0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21", "--forwarding-number=+15557654321"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

SimulatedFault answer(int status) {
  SimulatedFault fault;
  fault.status = status;
  fault.headers = {{"Retry-After", "120"}};  // past the deadline, so that it is not tried again
  return fault;
}

class ToolSends : public ::testing::Test {
 protected:
  Ended run(const support::Arguments& arguments, const std::string& input = {}) const {
    return support::run_against(simulator, arguments, input);
  }
  json sent(std::size_t index = 0) const {
    const auto requests = simulator.requests();
    return index < requests.size() ? json::parse(requests[index].body) : json();
  }

  Simulator simulator;
};

TEST_F(ToolSends, AVoicemailAndTellsBothProgramsAndPeople) {
  const Ended ended = run(voicemail({"--foreign-id", "order-17", "--postal-code", "02101"}));
  EXPECT_EQ(ended.status, 0) << ended.errors;
  const json result = ended.document();
  EXPECT_EQ(result["outcome"], "accepted");
  EXPECT_EQ(result["status"], "queued");
  EXPECT_EQ(result["foreign_id"], "order-17");
  EXPECT_EQ(result["http_status"], 200);
  EXPECT_EQ(result["answer"], json({{"status", "queued"}}));
  EXPECT_THAT(result["attempts"], SizeIs(1));
  EXPECT_THAT(ended.errors, AllOf(HasSubstr("accepted: queued, foreign_id order-17"),
                                  HasSubstr("warning: callback_url"), Not(HasSubstr("\x1b"))));
  EXPECT_EQ(sent()["postal_code"], "02101");
}

TEST_F(ToolSends, NumbersAsTheyCameAndShowsThemSo) {
  const std::string numbers = R"({"sti_orig_id":12345678901234567890123,"a":0.10})";
  const Ended dry = run(voicemail({"--dry-run", "--byoc", numbers}));
  EXPECT_THAT(dry.output, AllOf(HasSubstr("12345678901234567890123"), HasSubstr("0.10"),
                                Not(HasSubstr(simulator.credentials().secret))));
  EXPECT_EQ(dry.document()["body"]["secret"], "***");
  const auto ended = run({"send-rvm", "--json", "-"},
                         R"({"brand_id":"5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10","z":0.10,
                             "phone_number":"+15550010001","forwarding_number":"+15557654321",
                             "recording_id":"0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21","byoc":)" +
                             numbers + "}");
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(simulator.requests().at(0).body,
              AllOf(HasSubstr("\"byoc\":" + numbers), HasSubstr("\"z\":0.10")));
  SimulatedFault odd = answer(400);
  odd.body = R"({"message":"no","limit":12345678901234567890123,"fee":0.10})";
  simulator.inject(odd);
  EXPECT_THAT(run(voicemail()).output,
              AllOf(HasSubstr("\"limit\": 12345678901234567890123"), HasSubstr("\"fee\": 0.10")));
}

TEST_F(ToolSends, WarnOfASecretTooShortToBeOne) {
  const Process::Variables account = {
      {"HOME", "/nonexistent"}, {"DROPCOWBOY_TEAM_ID", "team-1"}, {"DROPCOWBOY_SECRET", "zq7-x"}};
  const Ended dry = run_tool(voicemail({"--dry-run"}), account);
  EXPECT_THAT(dry.errors, HasSubstr("warning: credentials.secret: is shorter than any secret"));
  EXPECT_THAT(dry.errors, Not(HasSubstr("zq7-x")));
}

TEST_F(ToolSends, EveryFlagReachesItsKey) {
  const std::vector<std::pair<std::string, std::string>> kinds[] = {
      {{"recording-id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"},
       {"phone-ivr-id", "1b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d22"},
       {"foreign-id", "order-17"},
       {"privacy", "full"},
       {"postal-code", "90210-0001"},
       {"status-format", "acme"}},
      {{"audio-url", "https://media.acme.test/a.wav"},
       {"audio-type", "wav"},
       {"pool-id", "2b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d23"},
       {"callback-url", "https://hooks.acme.test/results"}},
      {{"voice-id", "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7"},
       {"tts-body", "-- Hi Joe, it's \"Bob\"\nfrom Acmé"},
       {"forwarding-number", "+15557654321"},
       {"caller-id", "+15557654322"},
       {"byoc", R"({"sti_attestation":"A"})"}},
  };
  std::size_t count = 0;
  for (const auto& flags : kinds) {
    support::Arguments arguments = {"send-rvm", "--brand-id",
                                    "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10", "--phone-number",
                                    "+15550010001"};
    for (const auto& [name, value] : flags) {
      arguments.push_back("--" + name);
      arguments.push_back(value);
    }
    const Ended ended = run(arguments);
    ASSERT_EQ(ended.status, 0) << ended.errors;
    const json body = sent(count++);
    for (const auto& [name, value] : flags) {
      std::string key = name;
      std::replace(key.begin(), key.end(), '-', '_');
      EXPECT_EQ(key == "byoc" ? body[key].dump() : body[key].get<std::string>(), value);
    }
  }
}

TEST_F(ToolSends, OldNamesOfTheVendorsFlagsStillWork) {
  const Ended ended = run({"send-rvm", "--brand-id", "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10", "--to",
                           "+15550010001", "--media-id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21",
                           "--pool-id", "2b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d23"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(sent()["phone_number"], "+15550010001");
  EXPECT_EQ(sent()["recording_id"], "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21");
}

TEST_F(ToolSends, TheLastOfARepeatedFlagCounts) {
  ASSERT_EQ(run(voicemail({"--foreign-id", "first", "--foreign-id=second"})).status, 0);
  EXPECT_EQ(sent()["foreign_id"], "second");
}

TEST_F(ToolSends, ARequestFromAFileAndFlagsOverIt) {
  const Home home;
  RvmRequest request = support::good_request();
  request.byoc = R"({"rate":1.5})";
  request.extra_json = R"({"new_key":[1]})";
  const std::string file = home.write("request.json", to_json(request));
  ASSERT_EQ(run({"send-rvm", "--json", file, "--phone-number", "+15550010004"}).status, 0);
  EXPECT_EQ(sent()["phone_number"], "+15550010004");
  EXPECT_EQ(sent()["foreign_id"], "order-17");
  EXPECT_EQ(sent()["new_key"], json::array({1}));

  ASSERT_EQ(run({"send-rvm", "--json", "-"}, to_json(request)).status, 0);
  EXPECT_EQ(sent(1)["phone_number"], "+15550010001");

  const Ended missing = run({"send-rvm", "--json", home.path("nope.json")});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.errors, AllOf(HasSubstr("nope.json"), HasSubstr("No such file")));
}

TEST_F(ToolSends, NothingOfAnInvalidRequestAndNamesAllThatIsWrong) {
  const Ended ended = run({"send-rvm", "--phone-number=555", "--audio-type=ogg", "--privacy=maybe",
                           "--foreign-id=", "--byoc", "[]"});
  EXPECT_EQ(ended.status, 2);
  for (const char* field :
       {"brand_id", "phone_number", "audio_type", "privacy", "foreign_id", "byoc"}) {
    EXPECT_THAT(ended.errors, HasSubstr("error: " + std::string(field) + ": ")) << ended.errors;
  }
  EXPECT_THAT(ended.errors, HasSubstr("nothing was sent"));
  EXPECT_EQ(ended.document()["kind"], "invalid_request");
  EXPECT_EQ(ended.document()["outcome"], "not_sent");
  EXPECT_THAT(ended.document()["issues"].size(), ::testing::Ge(6U));

  EXPECT_EQ(run({"send-rvm"}).status, 2);
  const Ended mistyped = run({"send-rvm", "--json", "-"}, R"({"brand_id":1,"privacy":true})");
  EXPECT_EQ(mistyped.status, 2);
  EXPECT_THAT(mistyped.errors, AllOf(HasSubstr("brand_id"), HasSubstr("privacy")));
  EXPECT_EQ(run({"send-rvm", "--json", "-"}, "{").status, 2);
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

TEST_F(ToolSends, ATextMessageToPeopleWhoOptedIn) {
  const support::Arguments sms = {"send-sms",           "--phone-number=+15550020001",
                                  "--caller-id",        "+15557654321",
                                  "--pool-id=text",     "--sms-body=Hello World",
                                  "--foreign-id=sms-1", "--callback-url=https://hooks.acme.test/"};
  support::Arguments consented = sms;
  consented.emplace_back("--opt-in=true");
  const Ended ended = run(consented);
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.document()["foreign_id"], "sms-1");
  EXPECT_EQ(sent()["sms_body"], "Hello World");
  EXPECT_EQ(sent()["opt_in"], true);

  for (const char* word : {"", "--opt-in=yes", "--opt-in=false", "--opt-in=TRUE"}) {
    support::Arguments arguments = sms;
    if (*word != '\0') arguments.emplace_back(word);
    const Ended refused = run(arguments);
    EXPECT_EQ(refused.status, 2) << word;
    EXPECT_THAT(refused.errors, HasSubstr("error: opt_in: must be true")) << word;
  }
  EXPECT_THAT(simulator.requests(), SizeIs(1));

  const Ended from_json = run({"send-sms", "--json", "-", "--to", "+15550020001", "--body", "Hi"},
                              R"({"caller_id":"+15557654321","pool_id":"text","opt_in":true})");
  EXPECT_EQ(from_json.status, 0) << from_json.errors;
  EXPECT_EQ(sent(1)["sms_body"], "Hi");
}

struct Outcome {
  int http_status;
  int exit_code;
  const char* outcome;
  const char* advice;
};

TEST_F(ToolSends, TheExitCodeSaysWhetherItMayBeSentAgain) {
  for (const auto& [http_status, exit_code, outcome, advice] : {
           Outcome{400, 4, "rejected", "rejected; mend it first"},
           Outcome{401, 4, "rejected", "rejected; mend it first"},
           Outcome{429, 4, "rejected", "rejected; safe to send again later"},
           Outcome{500, 5, "unknown", "do not send it again"},
       }) {
    simulator.inject(answer(http_status));
    const Ended ended = run(voicemail({"--foreign-id", "order-17"}));
    EXPECT_EQ(ended.status, exit_code) << http_status;
    EXPECT_EQ(ended.document()["outcome"], outcome);
    EXPECT_EQ(ended.document()["http_status"], http_status);
    EXPECT_EQ(ended.document()["safe_to_resend"], exit_code != 5);
    EXPECT_THAT(ended.errors, AllOf(HasSubstr(advice), HasSubstr("foreign_id order-17")));
  }
}

TEST_F(ToolSends, WhatCouldNotBeSentIsSafeToSendAgain) {
  const Ended ended = run(voicemail({"--base-url", "http://127.0.0.1:1/v1"}));
  EXPECT_EQ(ended.status, 3);
  EXPECT_EQ(ended.document()["outcome"], "not_sent");
  EXPECT_EQ(ended.document()["safe_to_resend"], true);
  EXPECT_THAT(ended.errors, HasSubstr("safe to send again"));
}

TEST_F(ToolSends, WhatTheServiceSaysCannotCommandTheTerminal) {
  SimulatedFault fault = answer(400);
  fault.body = "{\"message\":\"\\u001b[2Jgone\\u009b2J\"}";
  simulator.inject(fault);
  const Ended ended = run(voicemail());
  EXPECT_EQ(ended.status, 4);
  EXPECT_THAT(ended.errors,
              AllOf(HasSubstr("gone"), Not(HasSubstr("\x1b")), Not(HasSubstr("\xC2\x9B"))));
  EXPECT_THAT(ended.output, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xC2\x9B"))));
  EXPECT_EQ(ended.document()["answer"]["message"],
            "\x1b[2Jgone\xC2\x9B"
            "2J");
}

/// The exit code is what a script goes by: no pipe that somebody closed may change it.
TEST_F(ToolSends, TheExitCodeSurvivesStreamsThatNobodyReads) {
  for (const Streams streams : {Streams::unread, Streams::unread_errors, Streams::closed}) {
    const auto status_of = [&](const support::Arguments& arguments) {
      Process process(support::tool_program, arguments, support::account_of(simulator), streams);
      process.read_all();
      return process.wait();
    };
    EXPECT_EQ(status_of(voicemail()), 0);
    simulator.inject(answer(400));
    EXPECT_EQ(status_of(voicemail()), 4);
    simulator.inject(answer(500));
    EXPECT_EQ(status_of(voicemail()), 5);
    EXPECT_EQ(status_of(voicemail({"--base-url", "http://127.0.0.1:1/v1"})), 3);
    EXPECT_EQ(status_of({"send-rvm"}), 2);
    EXPECT_EQ(status_of({"send-fax"}), 1);
    EXPECT_EQ(status_of({"brands"}), 0);
    EXPECT_EQ(status_of({"doctor"}), 0);
    EXPECT_EQ(status_of({"--help"}), 0);
  }
  EXPECT_EQ(sent()["phone_number"], "+15550010001") << "nothing else went into its connection";
}

TEST_F(ToolSends, AResultThatStdoutDoesNotTakeIsOnStderr) {
  Process process(support::tool_program, voicemail({"--foreign-id", "order-17"}),
                  support::account_of(simulator), Streams::unread);
  process.read_all();
  EXPECT_EQ(process.wait(), 0);
  EXPECT_THAT(process.errors(), AllOf(HasSubstr("cannot write the result to stdout"),
                                      HasSubstr(R"("foreign_id": "order-17")")));
}

TEST_F(ToolSends, TheDefaultRouteOnlyForWhoSaysSo) {
  support::Arguments arguments = voicemail();
  arguments.pop_back();  // the forwarding number
  EXPECT_EQ(run(arguments).status, 2);
  arguments.emplace_back("--use-default-route=maybe");
  EXPECT_THAT(run(arguments).errors, HasSubstr("use_default_route: must be true or false"));
  arguments.back() = "--use-default-route=true";
  const Ended ended = run(arguments);
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_THAT(ended.errors, HasSubstr("warning: use_default_route"));
  EXPECT_FALSE(sent().contains("use_default_route"));
}

TEST_F(ToolSends, ADryRunShowsTheRequestAndSendsNothing) {
  const Ended ended = run(voicemail({"--dry-run", "--foreign-id", "order-17"}));
  EXPECT_EQ(ended.status, 0);
  const json shown = ended.document();
  EXPECT_EQ(shown["dry_run"], true);
  EXPECT_EQ(shown["method"], "POST");
  EXPECT_EQ(shown["url"], simulator.url() + "/rvm");
  EXPECT_EQ(shown["headers"]["x-secret"], "***");
  EXPECT_EQ(shown["body"]["secret"], "***");
  EXPECT_EQ(shown["body"]["team_id"], "simulated-team");
  EXPECT_EQ(shown["body"]["foreign_id"], "order-17");
  EXPECT_THAT(ended.output + ended.errors, Not(HasSubstr("simulated-secret")));
  EXPECT_THAT(simulator.requests(), IsEmpty());
  EXPECT_EQ(run({"send-rvm", "--dry-run"}).status, 2);
}

/// Blocks until a request has arrived, 20 s at most.
void wait_for_a_request(const Simulator& simulator) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (simulator.requests().empty() && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  ASSERT_THAT(simulator.requests(), SizeIs(1));
}

TEST_F(ToolSends, CtrlCWhileTheServiceIsSilentIsUnknown) {
  SimulatedFault silence;
  silence.delay = std::chrono::minutes(10);
  simulator.inject(silence);
  Process process(support::tool_program, voicemail(), support::account_of(simulator),
                  Streams::separate);
  wait_for_a_request(simulator);
  process.interrupt();
  const json result = json::parse(process.read_all());
  EXPECT_EQ(process.wait(), 5);
  EXPECT_EQ(result["outcome"], "unknown");
  EXPECT_EQ(result["kind"], "cancelled");
  EXPECT_THAT(process.errors(), HasSubstr("do not send it again"));
}

TEST_F(ToolSends, CtrlCTypedOnATerminalWhileItWaitsToTryAgainIsRejected) {
  SimulatedFault later = answer(429);
  later.headers = {{"Retry-After", "30"}};
  simulator.inject(later);
  Process process(support::tool_program, voicemail(), support::account_of(simulator),
                  Streams::terminal);
  EXPECT_THAT(process.read_until("trying again in 30 s"), HasSubstr("asks to send more slowly"));
  process.type("\x03");
  EXPECT_THAT(process.read_all(), HasSubstr("\"outcome\": \"rejected\""));
  EXPECT_EQ(process.wait(), 4);
}

TEST_F(ToolSends, ATerminalGetsColoursUnlessItDoesNotWantThem) {
  const auto show = [&](const Process::Variables& more) {
    auto variables = support::account_of(simulator);
    variables.insert(variables.end(), more.begin(), more.end());
    Process process(support::tool_program, voicemail(), variables, Streams::terminal);
    std::string text = process.read_all();
    process.wait();
    return text;
  };
  EXPECT_THAT(show({{"TERM", "xterm"}}), HasSubstr("\x1b[33mwarning: \x1b[0mpostal_code"));
  EXPECT_THAT(show({{"TERM", "xterm"}, {"NO_COLOR", "1"}}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(show({{"TERM", "dumb"}}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(show({}), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace dropcowboy
