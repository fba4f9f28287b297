// The examples of the outbox, against the simulator.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <httplib.h>

#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "support/http_client.hpp"
#include "support/process.hpp"
#include "support/requests.hpp"
#include "support/temporary_directory.hpp"

namespace dropcowboy {
namespace {

using support::Process;
using ::testing::AllOf;
using ::testing::HasSubstr;

class OutboxExamples : public ::testing::Test {
 protected:
  std::string file() const { return (directory_.path() / "outbox.db").string(); }
  Process::Variables account() const {
    return {{"DROPCOWBOY_TEAM_ID", simulator_.credentials().team_id},
            {"DROPCOWBOY_SECRET", simulator_.credentials().secret},
            {"DROPCOWBOY_BASE_URL", simulator_.url()}};
  }

  const support::TemporaryDirectory directory_;
  const testing::Simulator simulator_;
};

TEST_F(OutboxExamples, SendOnceHoweverOftenTheyAreRun) {
  for (const char* said : {"order-1: accepted", "0 accepted"}) {
    Process sender(DROPCOWBOY_PROGRAMS "/outbox", {file(), "order-1", "+15550010001"}, account());
    EXPECT_THAT(sender.read_all(), HasSubstr(said));
    EXPECT_EQ(sender.wait(), 0);
  }
  EXPECT_EQ(simulator_.requests().size(), 1U);
}

TEST_F(OutboxExamples, ServeFiguresToPrometheusWhileTheySend) {
  {
    outbox::Options options;
    options.path = file();
    options.team_id = simulator_.credentials().team_id;
    const auto box = outbox::Outbox::open(options).value();
    for (const char* id : {"order-1", "order-2"}) {
      outbox::Entry entry;
      entry.request = support::good_request();
      entry.request.foreign_id = id;
      entry.request.phone_number = id == std::string("order-1") ? "+15550010001" : "+15550010002";
      box.add({entry}).value();
    }
    box.permit({{"+15550010001", true, std::chrono::system_clock::now(), "form"}}).value();
  }
  Process exporter(DROPCOWBOY_PROGRAMS "/export_outbox", {file(), "0"}, account());
  const std::string url = exporter.read_line();
  std::string changes = exporter.read_line() + '\n' + exporter.read_line();
  EXPECT_THAT(changes, AllOf(HasSubstr("order-1: accepted"), HasSubstr("order-2: refused")));
  support::HttpClient prometheus(url.substr(0, url.rfind('/')));
  const auto scraped = prometheus.Get("/metrics");
  ASSERT_TRUE(scraped);
  EXPECT_THAT(scraped->body,
              AllOf(HasSubstr("\ndropcowboy_outbox_messages{state=\"accepted\"} 1\n"),
                    HasSubstr("\ndropcowboy_outbox_messages{state=\"ready\"} 0\n"),
                    HasSubstr("\ndropcowboy_outbox_refused{reason=\"no_consent\"} 1\n"),
                    HasSubstr("\ndropcowboy_outbox_oldest_due_age_seconds 0\n"),
                    HasSubstr("\ndropcowboy_outbox_to_be_repeated 0\n"),
                    HasSubstr("\ndropcowboy_outbox_needs_adoption 0\n"),
                    HasSubstr("\ndropcowboy_outbox_running 1\n"),
                    HasSubstr("\ndropcowboy_outbox_marks_total 1\n"),
                    HasSubstr("\ndropcowboy_outbox_checkpoints_total{result=\"failed\"} 0\n")));
  exporter.terminate();
  EXPECT_EQ(exporter.read_all(), "");
  EXPECT_EQ(exporter.wait(), 0);
  EXPECT_EQ(simulator_.requests().size(), 1U);
}

}  // namespace
}  // namespace dropcowboy
