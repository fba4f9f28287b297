// An outbox whose process is killed at every moment: nothing is POSTed twice, nothing is lost, and
// what counts as accepted was POSTed.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "crash/with_victim.hpp"
#include "support/fault_server.hpp"
#include "support/moments.hpp"
#include "support/random_faults.hpp"

namespace dropcowboy::outbox {
namespace {

using support::crash_rounds;
using support::Process;

class OutboxCrash : public support::WithVictim {
 protected:
  /// The invariants; `added` messages were said to be on disk.
  void expect_all_is_well(const std::map<std::string, int>& posts, int added) const {
    const Outbox box = open_real();
    const auto found = states(box);
    for (const auto& [id, count] : posts) {
      EXPECT_EQ(count, 1) << id << " was POSTed twice";
      ASSERT_EQ(found.count(id), 1U) << id << " was POSTed and is not there";
      EXPECT_NE(found.at(id), State::ready) << id << " was POSTed and would be sent again";
    }
    for (int i = 0; i < added; ++i) {
      EXPECT_EQ(found.count("m" + std::to_string(i)), 1U) << "m" << i << " is lost";
    }
    for (const auto& [id, state] : found) {
      if (state == State::accepted || state == State::delivered) {
        EXPECT_EQ(posts.count(id), 1U) << id << " was not POSTed";
      }
    }
    const auto report = box.check_file().value();
    EXPECT_TRUE(report.ok()) << report.problems[0];
  }

  /// Kills at the n-th write or sync, for all n until one run gets through.
  void strike_everywhere(const std::string& how, int step) const {
    constexpr int count = 20;
    int rounds = 0;
    for (int operation = 1;; operation += step, ++rounds) {
      ASSERT_LT(operation, 2'000);
      int status = 0;
      const std::string said = let_run(
          {how, std::to_string(operation), "add", "0", std::to_string(count), "run"}, &status);
      const int added = added_in(said);
      expect_all_is_well(posted(), added);
      // After the restart everything goes on.
      const std::string again = let_run({"add", "0", std::to_string(count), "run"});
      EXPECT_NE(again.find("end\n"), std::string::npos) << again;
      expect_all_is_well(posted(), count);
      const Status all = open_real().status().value();
      EXPECT_EQ(all.count(State::ready) + all.count(State::sending), 0U);
      EXPECT_EQ(all.count(State::accepted) + all.count(State::unknown), std::uint64_t{count});
      if (HasFailure()) {
        ADD_FAILURE() << how << ' ' << operation << ": " << said;
        return;
      }
      start_anew();
      if (status == 0) break;
      EXPECT_EQ(status, 9);
    }
    EXPECT_GT(rounds, 10);
  }
};

TEST_F(OutboxCrash, KilledAtEveryWrite) { strike_everywhere("kill", 1); }

TEST_F(OutboxCrash, PowerCutAtEveryWrite) { strike_everywhere("cut", 1); }

TEST_F(OutboxCrash, KilledAroundThePost) {
  struct Case {
    const char* stage;
    std::size_t posts;
  };
  for (const Case& one : {Case{"before", 0}, Case{"during", 1}, Case{"after", 1}}) {
    int status = 0;
    let_run({"add", "0", "1", "die", one.stage, "run"}, &status);
    EXPECT_EQ(status, 9) << one.stage;
    EXPECT_EQ(posted().size(), one.posts) << one.stage;
    expect_all_is_well(posted(), 1);
    let_run({"run"});
    EXPECT_EQ(posted().size(), one.posts) << one.stage;
    const State expected = std::string(one.stage) == "after" ? State::accepted : State::unknown;
    EXPECT_EQ(state(open_real(), "m0"), expected) << one.stage;
    start_anew();
  }
}

// The same with what every job queue does: the invariants must not hold by chance.
TEST_F(OutboxCrash, WithoutItsRulesMessagesWouldBeSentTwice) {
  let_run({"add", "0", "1", "die", "during", "run"});
  EXPECT_EQ(posted()["m0"], 1);
  let_run({"ready-again", "run"});
  EXPECT_EQ(posted()["m0"], 2);
}

// kill -9 at random while the service misbehaves at random.
TEST_F(OutboxCrash, KilledAtRandom) {
  support::FaultServer::Options server_options;
  server_options.other_url = "http://127.0.0.1:1";
  support::FaultServer server(server_options);
  support::Moments moments;
  server.choose(moments.counting(support::random_faults(7, 20)));
  constexpr int per_round = 100;
  std::mt19937 random(11);
  int added = 0;
  int killed = 0;
  for (int round = 0; round < crash_rounds(); ++round) {
    Process process(
        victim,
        {path(), server.url(), "add", std::to_string(added), std::to_string(per_round), "run"}, {});
    process.read_until("added " + std::to_string(per_round) + "\n");
    added += per_round;
    moments.wait_for(moments.count() + 1 + random() % 60);
    process.kill();
    if (process.wait() == -1) ++killed;
  }
  {
    server.behave_well();
    Process process(victim, {path(), server.url(), "run"}, {});
    EXPECT_NE(process.read_all().find("end\n"), std::string::npos);
    process.wait();
  }
  EXPECT_TRUE(server.finish());
  EXPECT_GT(killed, crash_rounds() / 2);
  std::map<std::string, int> posts;
  for (int i = 0; i < added; ++i) {
    const std::string id = "m" + std::to_string(i);
    const int count = server.ledger().complete_posts(id);
    if (count > 0) posts[id] = count;
  }
  const Outbox box = open_real();
  std::size_t twice = 0;
  for (const auto& [id, state] : states(box)) {
    // A message that certainly was not taken (HTTP 429, 421) may be POSTed again: so the question
    // is how many voicemails a service may have left.
    if (server.ledger().deliveries(id) > 1) ++twice;
    if (state == State::accepted) {
      EXPECT_EQ(posts.count(id), 1U) << id;
    }
  }
  EXPECT_EQ(twice, 0U);
  EXPECT_EQ(states(box).size(), static_cast<std::size_t>(added)) << "lost";
  const Status status = box.status().value();
  EXPECT_EQ(status.count(State::ready) + status.count(State::sending), 0U);
  std::cout << added << " messages, " << killed << " kills, " << status.count(State::accepted)
            << " accepted, " << status.count(State::unknown) << " unknown, "
            << status.count(State::held) << " held, " << status.count(State::ready)
            << " ready, twice " << twice << '\n';
  EXPECT_TRUE(box.check_file().value().ok());
}

}  // namespace
}  // namespace dropcowboy::outbox
