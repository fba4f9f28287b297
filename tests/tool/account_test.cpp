// Where the tool takes the account from, and how it saves it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "../../tools/config_file.hpp"
#include "../../tools/exit_code.hpp"
#include "../../tools/system.hpp"
#include "support/file_mode.hpp"
#include "support/tool.hpp"

namespace dropcowboy {
namespace {

using dropcowboy::testing::Simulator;
using support::Ended;
using support::Home;
using support::mode_of;
using support::Process;
using support::run_tool;
using support::set_mode;
using support::Streams;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const support::Arguments good_voicemail = {
    "send-rvm",     "--brand-id",     "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10", "--phone-number",
    "+15550010001", "--recording-id", "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21", "--forwarding-number",
    "+15557654321"};

support::Arguments with(support::Arguments arguments, const support::Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

class ToolAccount : public ::testing::Test {
 protected:
  Ended run(const support::Arguments& arguments, const Process::Variables& variables = {},
            const std::string& input = {}) const {
    Process::Variables all = {{"HOME", home.path()}};
    all.insert(all.end(), variables.begin(), variables.end());
    return run_tool(arguments, all, input);
  }

  void save(const std::string& secret) const {
    home.write(".dropcowboyrc",
               nlohmann::json{
                   {"teamId", "simulated-team"}, {"secret", secret}, {"baseUrl", simulator.url()}}
                   .dump());
    set_mode(home.config(), 0600);
  }

  static dropcowboy::testing::SimulatorOptions strict() {
    dropcowboy::testing::SimulatorOptions options;
    options.strict = true;  // so that a wrong secret shows at once
    return options;
  }

  Simulator simulator{strict()};
  Home home;
};

TEST_F(ToolAccount, ConfigWritesTheVendorsFileForItsOwnerOnly) {
  const Ended saved = run({"config", "--team-id=acme", "--secret=s3cr3t-0001"});
  EXPECT_EQ(saved.status, 0) << saved.errors;
  EXPECT_EQ(saved.document()["saved"], home.config());
  EXPECT_EQ(home.read(".dropcowboyrc"),
            "{\n  \"teamId\": \"acme\",\n  \"secret\": \"s3cr3t-0001\"\n}\n");
  EXPECT_EQ(mode_of(home.config()), 0600U);
  EXPECT_THAT(saved.output + saved.errors, Not(HasSubstr("s3cr3t-0001")));
}

TEST_F(ToolAccount, ConfigReplacesAFileThatOthersCouldRead) {
  home.write(".dropcowboyrc", "anything");
  set_mode(home.config(), 0644);
  ASSERT_EQ(run({"config", "--team-id", "a", "--secret", "b", "--base-url",
                 "https://gateway.acme.test/v1"})
                .status,
            0);
  EXPECT_EQ(mode_of(home.config()), 0600U);
  EXPECT_THAT(home.read(".dropcowboyrc"),
              HasSubstr(R"("baseUrl": "https://gateway.acme.test/v1")"));
}

TEST_F(ToolAccount, ConfigFollowsALinkInsteadOfReplacingIt) {
  home.write("dotfile", "");
  std::filesystem::create_symlink(home.path("dotfile"), home.config());
  ASSERT_EQ(run({"config", "--team-id", "a", "--secret", "b"}).status, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(home.config()));
  EXPECT_THAT(home.read("dotfile"), HasSubstr("\"teamId\": \"a\""));
}

TEST_F(ToolAccount, ConfigSavesNothingThatCannotWork) {
  const Ended refused = run(
      {"config", "--team-id", " ", "--secret", "b", "--base-url", "http://gateway.acme.test/v1"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("credentials.team_id"), HasSubstr("base_url"),
                                    HasSubstr("nothing was saved")));
  EXPECT_FALSE(std::filesystem::exists(home.config()));
}

TEST_F(ToolAccount, TheSecretCanComeFromStdin) {
  const Ended sent = run(with(good_voicemail, {"--team-id", "simulated-team", "--secret", "-",
                                               "--base-url", simulator.url()}),
                         {}, "simulated-secret\r\n");
  EXPECT_EQ(sent.status, 0) << sent.errors;
  ASSERT_EQ(run({"config", "--team-id", "a", "--secret", "-"}, {}, "from-stdin").status, 0);
  EXPECT_THAT(home.read(".dropcowboyrc"), HasSubstr("from-stdin"));
  const Ended empty = run({"config", "--team-id", "a", "--secret", "-"});
  EXPECT_EQ(empty.status, 1);
  EXPECT_THAT(empty.errors, HasSubstr("expects the secret on the first line of stdin"));
}

TEST_F(ToolAccount, TheSecretIsTypedUnseenOnATerminal) {
  Process config(support::tool_program, {"config", "--team-id", "a", "--secret", "-"},
                 {{"HOME", home.path()}}, Streams::terminal);
  EXPECT_THAT(config.read_until("Secret: "), HasSubstr("Secret: "));
  config.type("typed-secret\n");
  EXPECT_THAT(config.read_all(), Not(HasSubstr("typed-secret")));
  EXPECT_EQ(config.wait(), 0);
  EXPECT_THAT(home.read(".dropcowboyrc"), HasSubstr("typed-secret"));
}

TEST_F(ToolAccount, StdinIsReadOnlyOnce) {
  const Ended refused =
      run(with(good_voicemail, {"--json", "-", "--team-id", "a", "--secret", "-"}), {}, "{}");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, HasSubstr("stdin can be read only once"));
}

TEST_F(ToolAccount, AnInvalidRequestIsNamedBeforeAMissingAccount) {
  const Ended invalid = run({"send-rvm"});
  EXPECT_EQ(invalid.status, 2);
  EXPECT_THAT(invalid.errors, HasSubstr("error: brand_id"));
  EXPECT_THAT(run({"brands"}).errors, HasSubstr("team id and secret are missing"));
}

TEST_F(ToolAccount, FlagsWinOverTheEnvironmentAndThatOverTheFile) {
  const auto accepted = [&](const support::Arguments& flags, const Process::Variables& variables) {
    return run(with(good_voicemail, flags), variables).status == 0;
  };
  save("simulated-secret");
  EXPECT_TRUE(accepted({}, {}));
  EXPECT_FALSE(accepted({}, {{"DROPCOWBOY_SECRET", "wrong"}}));
  EXPECT_FALSE(accepted({}, {{"DROP_COWBOY_SECRET", "wrong"}}));
  EXPECT_TRUE(
      accepted({}, {{"DROPCOWBOY_SECRET", "simulated-secret"}, {"DROP_COWBOY_SECRET", "wrong"}}));
  EXPECT_TRUE(accepted({"--secret", "simulated-secret"}, {{"DROPCOWBOY_SECRET", "wrong"}}));
  EXPECT_FALSE(accepted({"--secret=wrong"}, {{"DROPCOWBOY_SECRET", "simulated-secret"}}));
  EXPECT_TRUE(accepted({}, {{"DROPCOWBOY_SECRET", ""}}));
}

TEST_F(ToolAccount, AFileThatOthersCanReadIsWarnedAbout) {
  save("simulated-secret");
  EXPECT_THAT(run(good_voicemail).errors, Not(HasSubstr("others can read")));
  for (const unsigned mode : {0640U, 0604U}) {
    set_mode(home.config(), mode);
    const Ended sent = run(good_voicemail);
    EXPECT_EQ(sent.status, 0);
    EXPECT_THAT(sent.errors, AllOf(HasSubstr("others can read the secret"),
                                   HasSubstr(tool::command_for_privacy(home.config())),
                                   HasSubstr(home.config())));
  }
}

/// Whoever can write it can name a base URL of his own, and the secret goes there.
TEST_F(ToolAccount, AFileThatOthersCanWriteIsRefused) {
  for (const unsigned mode : {0620U, 0602U, 0666U}) {
    save("simulated-secret");
    set_mode(home.config(), mode);
    const Ended refused = run(good_voicemail);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(
        refused.errors,
        AllOf(HasSubstr("others can write"), HasSubstr(tool::command_for_privacy(home.config())),
              HasSubstr(home.config()), Not(HasSubstr("simulated-secret"))));
  }
  EXPECT_THAT(simulator.requests(), IsEmpty());
  EXPECT_EQ(run({"config", "--team-id=a", "--secret=b"}).status, 0) << "which replaces it";
  EXPECT_EQ(mode_of(home.config()), 0600U);
}

TEST_F(ToolAccount, ADirectoryInThePlaceOfTheFileIsNamed) {
  std::filesystem::create_directory(home.config());
  for (const auto& arguments :
       {good_voicemail, support::Arguments{"config", "--team-id=a", "--secret=b"}}) {
    const Ended refused = run(arguments);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors,
                AllOf(HasSubstr(home.config() + " is a directory"), HasSubstr("remove it")));
  }
  EXPECT_TRUE(std::filesystem::is_directory(home.config()));
  EXPECT_TRUE(std::filesystem::is_empty(home.config()));
}

int refuse_as_a_mount_does(const char*, const char*) {
  errno = EBUSY;
  return -1;
}

TEST_F(ToolAccount, AFileThatIsMountedByItselfIsWrittenInPlace) {
  const tool::AccountSettings account{"team", "s3cr3t-0001", std::nullopt};
  home.write(".dropcowboyrc", std::string(500, 'x'));
  set_mode(home.config(), 0666);
  tool::write_config_file(home.config(), account, &refuse_as_a_mount_does);
  EXPECT_EQ(mode_of(home.config()), 0600U);
  EXPECT_EQ(home.read(".dropcowboyrc"),
            "{\n  \"teamId\": \"team\",\n  \"secret\": \"s3cr3t-0001\"\n}\n");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(home.path()))
    ++files;
  EXPECT_EQ(files, 1U) << "nothing is left beside it";

  std::filesystem::remove(home.config());
  try {
    tool::write_config_file(home.config(), account, &refuse_as_a_mount_does);
    ADD_FAILURE() << "there was nothing to write in place of";
  } catch (const tool::UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("cannot write"), HasSubstr(std::strerror(EBUSY))));
  }
}

TEST_F(ToolAccount, ASecretAndABaseUrlFromDifferentSourcesAreWarnedOf) {
  const auto warning = [&](const support::Arguments& flags, const Process::Variables& variables) {
    const Ended ended = run(with({"brands"}, flags), variables);
    EXPECT_THAT(ended.output + ended.errors, Not(HasSubstr("simulated-secret")));
    return ended.errors;
  };
  const std::pair<std::string, std::string> secret = {"DROPCOWBOY_SECRET", "simulated-secret"};
  const std::pair<std::string, std::string> base_url = {"DROPCOWBOY_BASE_URL", simulator.url()};
  save("simulated-secret");
  const auto named = [&](const std::string& from, const std::string& says) {
    return AllOf(HasSubstr("warning: the secret from " + from + " goes to " + simulator.url() +
                           ", which " + says + " says"));
  };
  EXPECT_THAT(warning({}, {secret}), named("DROPCOWBOY_SECRET", home.config()));
  EXPECT_THAT(warning({}, {{"DROP_COWBOY_SECRET", "simulated-secret"}}),
              named("DROP_COWBOY_SECRET", home.config()));
  EXPECT_THAT(warning({"--base-url", simulator.url()}, {secret}),
              named("DROPCOWBOY_SECRET", "--base-url"));
  EXPECT_THAT(warning({"--base-url", simulator.url()}, {}), named(home.config(), "--base-url"));
  EXPECT_THAT(warning({"--secret", "simulated-secret"}, {base_url}),
              named("--secret", "DROPCOWBOY_BASE_URL"));
  for (const std::string& said :
       {warning({}, {}), warning({}, {secret, base_url}),
        warning({"--secret=simulated-secret", "--base-url=" + simulator.url()}, {})}) {
    EXPECT_THAT(said, Not(HasSubstr("goes to")));
  }
}

TEST_F(ToolAccount, ACorruptFileIsAClearErrorThatQuotesNothing) {
  for (const std::string text :
       {R"({"teamId": "a", "secret": "s3cr3t-0001")", R"(["s3cr3t-0001"])", "s3cr3t-0001", "",
        R"({"teamId": ["s3cr3t-0001"], "secret": "b"})"}) {
    home.write(".dropcowboyrc", text);
    const Ended refused = run(good_voicemail);
    EXPECT_EQ(refused.status, 1) << text;
    EXPECT_THAT(refused.output, IsEmpty());
    EXPECT_THAT(refused.errors,
                AllOf(HasSubstr(home.config()), HasSubstr("run 'dropcowboy config'"),
                      Not(HasSubstr("s3cr3t-0001"))));
  }
  EXPECT_THAT(simulator.requests(), IsEmpty());
}

TEST_F(ToolAccount, ACorruptFileThatIsNotNeededIsLeftAlone) {
  home.write(".dropcowboyrc", "corrupt");
  EXPECT_EQ(run(good_voicemail, {{"DROPCOWBOY_TEAM_ID", "simulated-team"},
                                 {"DROPCOWBOY_SECRET", "simulated-secret"},
                                 {"DROPCOWBOY_BASE_URL", simulator.url()}})
                .status,
            0);
}

TEST_F(ToolAccount, WhatIsMissingIsNamedWithEveryWayToGiveIt) {
  const Ended refused = run(with(good_voicemail, {"--team-id", "a"}));
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors,
              AllOf(HasSubstr("the secret is missing"), HasSubstr("--secret"),
                    HasSubstr("DROPCOWBOY_SECRET"), HasSubstr("dropcowboy config")));
}

TEST_F(ToolAccount, ABaseUrlThatWouldBetrayTheSecretIsRefused) {
  const Ended refused = run(with(good_voicemail, {"--team-id", "a", "--secret", "s3cr3t-0001",
                                                  "--base-url", "http://gateway.acme.test"}));
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("base_url"), Not(HasSubstr("s3cr3t-0001"))));
}

}  // namespace
}  // namespace dropcowboy
