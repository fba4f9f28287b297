// The tool and the v2 API: dropcowboy --api v2.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "../../tools/exit_code.hpp"
#include "support/file_mode.hpp"
#include "support/tool.hpp"
#include "support/tool_help.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::SimulatedFault;
using dropcowboy::testing::Simulator;
using nlohmann::json;
using support::Ended;
using support::Home;
using support::listed;
using support::run_tool;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

support::Arguments v2(const support::Arguments& more) {
  support::Arguments arguments = {"--api", "v2"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

class ToolV2 : public ::testing::Test {
 protected:
  Ended run(const support::Arguments& arguments) const {
    return run_tool(v2(arguments), account());
  }

  support::Process::Variables account() const {
    return {{"HOME", "/nonexistent"},
            {"DROPCOWBOY_KEY", simulator.v2_api_key().key},
            {"DROPCOWBOY_KEY_SECRET", simulator.v2_api_key().secret},
            {"DROPCOWBOY_V2_BASE_URL", simulator.v2_url()}};
  }
  std::string media_id() const {
    return testing::SimulatedV2Account::sample().media.at(0).media_id;
  }
  support::Arguments voicemail(const support::Arguments& more = {}) const {
    support::Arguments arguments = {"send-rvm", "--to=+15550010001", "--media-id=" + media_id(),
                                    "--foreign-id=order-17"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  /// Each of so many messages is taken, but answered with 500.
  void lose_answers(int times) {
    SimulatedFault fault;
    fault.after_judging = true;
    fault.status = 500;
    simulator.inject(fault, times);
  }

  Simulator simulator;
  const Home home;
};

TEST_F(ToolV2, SendsAVoicemail) {
  const Ended ended = run(voicemail());
  EXPECT_EQ(ended.status, 0) << ended.errors;
  const json result = ended.document();
  EXPECT_EQ(result["outcome"], "accepted");
  EXPECT_EQ(result["foreign_id"], "order-17");
  EXPECT_EQ(result["http_status"], 202);
  const auto messages = simulator.v2_messages();
  ASSERT_THAT(messages, SizeIs(1));
  EXPECT_EQ(result["message_id"], messages[0].message_id);
  EXPECT_EQ(result["idempotency_key"], messages[0].idempotency_key);
  EXPECT_EQ(messages[0].reason_code, 0) << messages[0].reason;
  EXPECT_THAT(ended.errors, HasSubstr("Queued proves nothing yet"));
}

TEST_F(ToolV2, SendsAText) {
  const auto account = testing::SimulatedV2Account::sample();
  std::string line;
  for (const auto& one : account.lines) line = one.type == "sms" ? one.phone_line_id : line;
  const Ended ended = run({"send-sms", "--to", "+15550020001", "--phone-line-id", line, "--body",
                           "Your order is ready.", "--media-urls",
                           "https://acme.test/a.png,https://acme.test/b.png"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  ASSERT_THAT(simulator.v2_messages(), SizeIs(1));
  const json body = json::parse(simulator.v2_messages()[0].body);
  EXPECT_EQ(body["body"], "Your order is ready.");
  EXPECT_THAT(body["media_urls"], SizeIs(2));
}

TEST_F(ToolV2, SaysAllThatIsWrongAndSendsNothing) {
  const Ended ended = run({"send-rvm", "--to", "5550010001", "--sti-attestation", "D"});
  EXPECT_EQ(ended.status, 2);
  const json document = ended.document();
  std::vector<std::string> fields;
  for (const json& issue : document["issues"]) fields.push_back(issue["field"]);
  EXPECT_THAT(fields,
              ::testing::ElementsAre("to", "media_id", "byoc.sti_orig_id", "byoc.sti_attestation"));
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

TEST_F(ToolV2, ADryRunShowsTheRequestWithoutItsSecret) {
  const Ended ended = run(voicemail({"--dry-run"}));
  EXPECT_EQ(ended.status, 0) << ended.errors;
  const json headers = ended.document()["headers"];
  EXPECT_EQ(headers["x-key"], simulator.v2_api_key().key);
  EXPECT_EQ(headers["x-secret"], "***");
  EXPECT_THAT(headers["Idempotency-Key"].get<std::string>(), SizeIs(36));
  EXPECT_THAT(ended.output + ended.errors, Not(HasSubstr(simulator.v2_api_key().secret)));
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

TEST_F(ToolV2, AStoredMessageIsSentAgainAndTakenOnce) {
  const std::string file = home.path("message.json");
  lose_answers(3);  // as many attempts as a call makes
  const Ended first = run(voicemail({"--save", file}));
  EXPECT_EQ(first.status, 5) << first.errors;
  EXPECT_TRUE(first.document().contains("resend_safe_until"));
  EXPECT_THAT(first.errors, HasSubstr("send-saved " + file));
  EXPECT_EQ(support::mode_of(file), 0600U);

  const Ended second = run({"send-saved", file});
  EXPECT_EQ(second.status, 0) << second.errors;
  ASSERT_THAT(simulator.v2_messages(), SizeIs(1)) << "one message, however often it was POSTed";
  EXPECT_EQ(second.document()["idempotency_key"], simulator.v2_messages()[0].idempotency_key);
  EXPECT_THAT(simulator.requests(), SizeIs(4));

  const std::string kept = home.read("message.json");
  const Ended again = run(voicemail({"--save", file}));
  EXPECT_EQ(again.status, 1) << "it may hold the only key of a message that was sent";
  EXPECT_THAT(again.errors, HasSubstr("send-saved " + file));
  EXPECT_EQ(home.read("message.json"), kept);
  EXPECT_THAT(simulator.requests(), SizeIs(4));

  home.write("message.json", home.read("message.json").insert(20, "x"));
  EXPECT_EQ(run({"send-saved", file}).status, 2) << "changed since it was stored";
}

TEST_F(ToolV2, TheDoctorAsksWhetherTheKeyHolds) {
  const Ended good = run({"doctor"});
  EXPECT_EQ(good.status, 0) << good.errors;
  EXPECT_EQ(good.document()["ok"], true);
  EXPECT_TRUE(good.document()["readiness"].is_object());
  const Ended bad = run({"doctor", "--key", "simulated-key", "--secret", "another-secret"});
  EXPECT_EQ(bad.status, 4) << bad.errors;
  EXPECT_EQ(bad.document()["checks"][1]["check"], "credentials");
  EXPECT_EQ(bad.document()["checks"][1]["ok"], false);
  EXPECT_THAT(bad.output + bad.errors, Not(HasSubstr("another-secret")));
}

TEST_F(ToolV2, ListsWhatMessagesName) {
  const auto account = testing::SimulatedV2Account::sample();
  EXPECT_THAT(run({"lines"}).document(), SizeIs(account.lines.size()));
  EXPECT_THAT(run({"lines", "--type", "sms"}).document(), SizeIs(1));
  EXPECT_THAT(run({"voices"}).document(), SizeIs(account.voices.size()));
  EXPECT_THAT(run({"media"}).document(), SizeIs(account.media.size()));
}

TEST_F(ToolV2, UploadsAFile) {
  const std::string file = home.write("greeting.mp3", "ID3 and so on");
  const Ended ended = run({"media-upload", file, "--name", "Greeting"});
  EXPECT_EQ(ended.status, 0) << ended.errors;
  EXPECT_EQ(ended.document()["media_exists"], true);
  EXPECT_EQ(run({"media-upload", home.path("none.mp3")}).status, 2);
}

TEST_F(ToolV2, AWebhooksSecretGoesIntoAFileAlone) {
  const std::string file = home.path("webhook.secret");
  const Ended created = run({"webhook-create", "--url", "https://hooks.acme.test/v2", "--events",
                             "contact.rvm.status,contact.sms.status", "--secret-file", file});
  EXPECT_EQ(created.status, 0) << created.errors;
  const std::string secret = home.read("webhook.secret");
  EXPECT_GT(secret.size(), 10U);
  const std::string id = created.document()["webhook_id"];
  EXPECT_THAT(created.document()["event_types"], SizeIs(2));

  const Ended rotated = run({"webhook-rotate", "--id", id, "--secret-file", file});
  EXPECT_EQ(rotated.status, 0) << rotated.errors;
  EXPECT_NE(home.read("webhook.secret"), secret);
  for (const Ended& ended : {created, rotated}) {
    for (std::string word : {secret, home.read("webhook.secret")}) {
      word.pop_back();  // its line end
      EXPECT_THAT(ended.output + ended.errors, Not(HasSubstr(word)));
    }
  }
  EXPECT_EQ(run({"webhook-update", "--id", id, "--name", "Results"}).document()["name"], "Results");
  EXPECT_THAT(run({"webhooks"}).document(), SizeIs(1));
  EXPECT_EQ(run({"webhook-delete", "--id", id}).status, 0);
  EXPECT_THAT(run({"webhooks"}).document(), IsEmpty());
}

TEST_F(ToolV2, ASecretThatCannotBeKeptIsNotAskedFor) {
  const Ended ended = run({"webhook-rotate", "--id", "5f0f1e5c-5a0e-4c0b-8b0a-2d5f7f6f2a10",
                           "--secret-file", "/nonexistent/webhook.secret"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(simulator.requests(), IsEmpty());
  std::filesystem::create_directory(home.path("secrets"));
  EXPECT_EQ(run({"webhook-create", "--url", "https://hooks.acme.test/v2", "--events", "*",
                 "--secret-file", home.path("secrets")})
                .status,
            1);
  EXPECT_THAT(simulator.requests(), IsEmpty());
  const std::string old = home.write("old.secret", "old\n");
  home.write("old.secret.probe", "mine");
  EXPECT_NE(
      run({"webhook-rotate", "--id", "5f0f1e5c-5a0e-4c0b-8b0a-2d5f7f6f2a10", "--secret-file", old})
          .status,
      0);
  EXPECT_EQ(home.read("old.secret.probe"), "mine");
  EXPECT_EQ(home.read("old.secret"), "old\n") << "there is no such webhook, so no new secret";
}

TEST(ExitCode, AnUnknownOutcomeGoesBeforeItsCause) {
  Error error;
  error.outcome = Outcome::unknown;
  for (const ErrorKind kind : {ErrorKind::configuration, ErrorKind::invalid_request}) {
    error.kind = kind;
    EXPECT_EQ(tool::exit_code_of(error), tool::ExitCode::unknown);
  }
}

TEST(ToolV2Help, NamesWhatIsMissing) {
  const Ended none = run_tool(v2({"doctor"}), {{"HOME", "/nonexistent"}});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.errors, AllOf(HasSubstr("DROPCOWBOY_KEY_SECRET"), HasSubstr("--key")));
  EXPECT_EQ(run_tool(v2({"doctor", "--key", "k"}), {}).status, 1);
  for (const support::Arguments& wrong :
       {support::Arguments{"--api", "v3", "doctor"}, {"--api"}, {"--apiv2"}}) {
    const Ended ended = run_tool(wrong, {});
    EXPECT_EQ(ended.status, 1) << wrong.back();
    EXPECT_THAT(ended.errors, HasSubstr("--api"));
  }
  EXPECT_EQ(run_tool({"--api=v1", "--help"}, {}).output, run_tool({"--help"}, {}).output);
}

TEST(ToolV2Help, EveryCommandIsExplainedAndCompleted) {
  std::vector<std::string> commands = listed(run_tool(v2({"--help"}), {}).output, false);
  EXPECT_THAT(commands, SizeIs(14));
  for (const std::string& command : commands) {
    const Ended help = run_tool(v2({command, "--help"}), {});
    EXPECT_THAT(help.output, AllOf(HasSubstr("dropcowboy --api v2 " + command),
                                   HasSubstr("Send only to people who agreed")));
    EXPECT_THAT(support::completed("dropcowboy --api v2 " + command),
                ::testing::UnorderedElementsAreArray(listed(help.output, true)))
        << command;
  }
  commands.insert(commands.end(), {"--help", "--version"});
  EXPECT_THAT(support::completed("dropcowboy --api v2", ""),
              ::testing::UnorderedElementsAreArray(commands));
}

}  // namespace
}  // namespace dropcowboy
