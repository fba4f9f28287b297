// Runs the example programs, and the README's, as a user would: against the simulator.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "dropcowboy/client.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "support/data_file.hpp"
#include "support/fits.hpp"
#include "support/http_client.hpp"
#include "support/process.hpp"
#include "support/requests.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::Simulator;
using support::Process;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string program(const std::string& name) { return DROPCOWBOY_PROGRAMS "/" + name; }

struct Ended {
  int status = 0;
  std::string output;
};

Ended run(const std::string& name, const Simulator& simulator,
          const std::vector<std::string>& arguments = {}) {
  Process process(program(name), arguments,
                  {{"DROPCOWBOY_TEAM_ID", simulator.credentials().team_id},
                   {"DROPCOWBOY_SECRET", simulator.credentials().secret},
                   {"DROPCOWBOY_BASE_URL", simulator.url()}});
  Ended result;
  result.output = process.read_all();
  result.status = process.wait();
  return result;
}

struct Example {
  const char* name;
  std::vector<std::pair<const char*, const char*>> members;  // what makes it that kind of voicemail
};

class SendingExample : public ::testing::TestWithParam<Example> {};

TEST_P(SendingExample, SendsItsKindOfVoicemail) {
  const Simulator simulator;
  const Ended sent = run(GetParam().name, simulator);
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_THAT(sent.output, StartsWith("queued"));
  ASSERT_THAT(simulator.requests(), SizeIs(1));
  const auto body = nlohmann::json::parse(simulator.requests()[0].body);
  for (const auto& [key, value] : GetParam().members) EXPECT_EQ(body[key], value) << key;
  EXPECT_EQ(body["phone_number"], "+15550010001");
}

TEST_P(SendingExample, SaysWhatIsWrong) {
  const Simulator simulator;
  const Ended refused = run(GetParam().name, simulator, {"555-0100"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("phone_number: must be in E.164 form"));
  EXPECT_THAT(simulator.requests(), IsEmpty());

  Process without_credentials(program(GetParam().name), {}, {});
  EXPECT_THAT(without_credentials.read_all(), HasSubstr("DROPCOWBOY_SECRET"));
  EXPECT_EQ(without_credentials.wait(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Examples, SendingExample,
    ::testing::Values(
        Example{"send_recording", {{"recording_id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21"}}},
        Example{"send_audio_url",
                {{"audio_url", "https://media.acme.test/hello.mp3"}, {"audio_type", "mp3"}}},
        Example{"send_from_number_pool", {{"pool_id", "c1de1f0a-0c5b-4a44-b1b0-2d2f6f0f9f11"}}},
        Example{"send_with_caller_id", {{"caller_id", "+15557654322"}}},
        Example{"send_with_privacy", {{"privacy", "full"}}},
        Example{"send_text_to_speech", {{"voice_id", "c42629ad-c6ac-4499-87b4-2e87f3a7fbf7"}}}),
    [](const ::testing::TestParamInfo<Example>& row) { return row.param.name; });

TEST(Examples, AnSmsIsSent) {
  const Simulator simulator;
  const Ended sent = run("send_sms", simulator);
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_THAT(sent.output, StartsWith("queued"));
  ASSERT_THAT(simulator.requests(), SizeIs(1));
  EXPECT_EQ(simulator.requests()[0].path, "/v1/sms");
  EXPECT_THAT(run("send_sms", simulator, {"555-0100"}).output,
              HasSubstr("phone_number: must be in E.164 form"));
}

TEST(Examples, AContactListIsMadeFilledAndRemoved) {
  Simulator simulator;
  const Ended filled = run("fill_contact_list", simulator);
  EXPECT_EQ(filled.status, 0) << filled.output;
  EXPECT_EQ(filled.output,
            "made Spring customers\n3 of 3 rows done\n2 contacts added\n"
            "row 2 was rejected: Phone number not valid\n"
            "Old customers has 2 contacts\nremoved\n");
  testing::SimulatedFault failure;
  failure.status = 500;
  simulator.inject(failure);
  EXPECT_THAT(run("fill_contact_list", simulator).output,
              HasSubstr("The list may have been created"));
}

TEST(Examples, TheAccountIsShown) {
  const Simulator simulator;
  const Ended shown = run("show_account", simulator);
  EXPECT_EQ(shown.status, 0) << shown.output;
  EXPECT_THAT(
      shown.output,
      AllOf(HasSubstr("5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10  Acme Incorporated"),
            HasSubstr("0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21  Reminder"), HasSubstr("Greeting"),
            HasSubstr("text  Text messages, 12 numbers"), Not(HasSubstr("Draft\nmedia"))));
}

TEST(Examples, HandlingErrorsTellsEachKindApart) {
  Simulator simulator;
  const auto handle = [&](const std::vector<std::string>& arguments = {}) {
    return run("handle_errors", simulator, arguments).output;
  };
  EXPECT_THAT(handle(), StartsWith("queued"));
  EXPECT_THAT(handle({"555"}), AllOf(HasSubstr("invalid_request"), HasSubstr("not_sent"),
                                     HasSubstr("mend it first"), HasSubstr("phone_number:")));
  const auto answer = [&](int status, int times = 1) {
    testing::SimulatedFault fault;
    fault.status = status;
    fault.headers = {{"Retry-After", "120"}};  // past the deadline, so that it is not tried again
    simulator.inject(fault, times);
  };
  answer(401);
  EXPECT_THAT(handle(), AllOf(HasSubstr("authentication"), HasSubstr("rejected"),
                              HasSubstr("mend it first")));
  answer(429);
  EXPECT_THAT(handle(), AllOf(HasSubstr("rate_limited"), HasSubstr("send it again later"),
                              HasSubstr("120 s")));
  answer(500);
  EXPECT_THAT(handle(),
              AllOf(HasSubstr("service"), HasSubstr("unknown"), HasSubstr("do NOT send it again")));
  Process misconfigured(program("handle_errors"), {}, {});
  EXPECT_THAT(misconfigured.read_all(), HasSubstr("configuration (whoever runs this program)"));
}

TEST(Examples, ExportingStatsServesThemToPrometheus) {
  const Simulator simulator;
  Process exporter(program("export_stats"), {"0", "+15550010001", "555"},
                   {{"DROPCOWBOY_TEAM_ID", simulator.credentials().team_id},
                    {"DROPCOWBOY_SECRET", simulator.credentials().secret},
                    {"DROPCOWBOY_BASE_URL", simulator.url()}});
  const std::string url = exporter.read_line();
  for (std::string line; line != "all done; Ctrl-C ends";) {
    line = exporter.read_line();
    ASSERT_FALSE(line.empty()) << "it ended";
  }
  support::HttpClient prometheus(url.substr(0, url.rfind('/')));
  const auto scraped = prometheus.Get("/metrics");
  ASSERT_TRUE(scraped);
  EXPECT_THAT(scraped->body, AllOf(HasSubstr("\ndropcowboy_sends_total{outcome=\"accepted\"} 1\n"),
                                   HasSubstr("\ndropcowboy_sends_total{outcome=\"not_sent\"} 1\n"),
                                   HasSubstr("\ndropcowboy_queued_sends 0\n"),
                                   HasSubstr("\ndropcowboy_breaker_open 0\n"),
                                   HasSubstr("\ndropcowboy_connections_opened_total 1\n")));
  exporter.terminate();
  EXPECT_EQ(exporter.read_all(), "");
  EXPECT_EQ(exporter.wait(), 0);
}

TEST(Examples, TheDemoShowsTheWholeWay) {
  Process demo(program("demo"), {}, {});
  const std::string output = demo.read_all();
  EXPECT_EQ(demo.wait(), 0) << output;
  EXPECT_THAT(output, AllOf(HasSubstr("phone_number: must be in E.164 form"),
                            HasSubstr("queued, foreign_id"), HasSubstr("delivered; cost $0.0"),
                            HasSubstr("No Answer (code 4005), advice: try_later"),
                            HasSubstr("the service says: wrong credentials"),
                            HasSubstr("Not authorized (code 3007), advice: fix_and_resend"),
                            EndsWith("what your own program does: make simulate\n")));
  EXPECT_THAT(support::data_file("../../Makefile"), HasSubstr("\nsimulate: "));
}

TEST(Readme, ItsSamplesPrintWhatItSays) {
  const Simulator simulator;
  const Ended sent = run("readme_send", simulator);
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_THAT(sent.output,
              support::Fits("queued [0-9a-f]+-[0-9a-f]+-7[0-9a-f]+-[0-9a-f]+-[0-9a-f]+\n"));
}

}  // namespace
}  // namespace dropcowboy
