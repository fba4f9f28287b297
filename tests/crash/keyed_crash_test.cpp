// Keyed messages of an outbox whose process is killed at every moment: each is taken once, none is
// lost, and when the service is well again none is unknown.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <random>
#include <set>
#include <string>

#include "crash/with_victim.hpp"
#include "support/fault_server.hpp"
#include "support/moments.hpp"
#include "support/random_faults.hpp"

namespace dropcowboy::outbox {
namespace {

using support::crash_rounds;
using support::Process;

class KeyedCrash : public support::WithVictim {
 protected:
  /// The victim's commands, by a calendar that makes the pauses between repeats short.
  std::vector<std::string> hasty(std::vector<std::string> commands) const {
    commands.insert(commands.begin(), {"clock", std::to_string(epoch_)});
    return commands;
  }

  struct Posts {
    int count = 0;
    std::set<std::string> keys{};
  };
  /// What the victim has POSTed, by id.
  std::map<std::string, Posts> posts() const {
    std::map<std::string, Posts> all;
    for (const auto& [line, count] : posted()) {
      const auto space = line.find(' ');
      Posts& one = all[line.substr(0, space)];
      one.count += count;
      one.keys.insert(line.substr(space + 1));
    }
    return all;
  }

  /// A service that honours keys takes a message once for each key that it sees.
  void expect_one_key_each(int added) const {
    const auto found = states(open_real());
    const auto all = posts();
    for (const auto& [id, one] : all) {
      EXPECT_EQ(one.keys.size(), 1U) << id << " was POSTed under several keys";
      ASSERT_EQ(found.count(id), 1U) << id << " was POSTed and is not there";
      EXPECT_NE(found.at(id), State::ready) << id << " was POSTed and would get a new key";
    }
    for (int i = 0; i < added; ++i) {
      EXPECT_EQ(found.count("m" + std::to_string(i)), 1U) << "m" << i << " is lost";
    }
    const auto report = open_real().check_file().value();
    EXPECT_TRUE(report.ok()) << report.problems[0];
  }
  void expect_all_accepted(int count) const {
    const auto found = states(open_real());
    EXPECT_EQ(found.size(), static_cast<std::size_t>(count)) << "lost";
    for (const auto& [id, state] : found) EXPECT_EQ(state, State::accepted) << id;
    EXPECT_EQ(posts().size(), static_cast<std::size_t>(count));
  }

  /// Kills at the n-th write or sync, for all n until one run gets through.
  void strike_everywhere(const std::string& how) const {
    constexpr int count = 20;
    const std::vector<std::string> all = {"add-keyed", "0", std::to_string(count), "run-keyed"};
    int rounds = 0;
    for (int operation = 1;; ++operation, ++rounds) {
      ASSERT_LT(operation, 2'000);
      int status = 0;
      std::vector<std::string> commands = all;
      commands.insert(commands.begin(), {how, std::to_string(operation)});
      const std::string said = let_run(hasty(commands), &status);
      expect_one_key_each(added_in(said));
      // After the restart everything goes on.
      const std::string again = let_run(hasty(all));
      EXPECT_NE(again.find("end\n"), std::string::npos) << again;
      expect_one_key_each(count);
      expect_all_accepted(count);
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

  const long long epoch_ = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
};

TEST_F(KeyedCrash, KilledAtEveryWrite) { strike_everywhere("kill"); }

TEST_F(KeyedCrash, PowerCutAtEveryWrite) { strike_everywhere("cut"); }

TEST_F(KeyedCrash, KilledAroundThePost) {
  struct Case {
    const char* stage;
    int before;  ///< POSTs until it died
    int after;   ///< POSTs in all
  };
  for (const Case& one : {Case{"before", 0, 1}, Case{"during", 1, 2}, Case{"after", 1, 1}}) {
    int status = 0;
    let_run(hasty({"add-keyed", "0", "1", "die", one.stage, "run-keyed"}), &status);
    EXPECT_EQ(status, 9) << one.stage;
    EXPECT_EQ(posts()["m0"].count, one.before) << one.stage;
    let_run(hasty({"run-keyed"}));
    EXPECT_EQ(posts()["m0"].count, one.after) << one.stage;
    expect_one_key_each(1);
    expect_all_accepted(1);
    start_anew();
  }
}

// A repeat may die as well, as often as it likes.
TEST_F(KeyedCrash, KilledAroundEveryRepeat) {
  let_run(hasty({"add-keyed", "0", "1"}));
  for (int i = 1; i <= 5; ++i) {
    int status = 0;
    let_run(hasty({"die", "during", "run-keyed"}), &status);
    EXPECT_EQ(status, 9);
    EXPECT_EQ(posts()["m0"].count, i);
  }
  let_run(hasty({"run-keyed"}));
  EXPECT_EQ(posts()["m0"].count, 6);
  expect_one_key_each(1);
  expect_all_accepted(1);
}

// The same with a fresh key for what is in doubt, in the two ways that the database forbids: the
// invariants must not hold by chance.
TEST_F(KeyedCrash, WithAFreshKeyMessagesWouldBeTakenTwice) {
  for (const char* how : {"ready-again", "fresh-keys"}) {
    let_run(hasty({"add-keyed", "0", "1", "die", "during", "run-keyed"}));
    EXPECT_EQ(posts()["m0"].keys.size(), 1U);
    const std::string said = let_run(hasty({how, "run-keyed"}));
    EXPECT_EQ(said.find("error"), std::string::npos) << said;
    EXPECT_EQ(posts()["m0"].keys.size(), 2U) << how;
    start_anew();
  }
}

// kill -9 at random while the service, which honours keys, misbehaves at random.
TEST_F(KeyedCrash, KilledAtRandom) {
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
    Process process(victim,
                    {path(), server.url(), "clock", std::to_string(epoch_), "add-keyed",
                     std::to_string(added), std::to_string(per_round), "run-keyed"},
                    {});
    process.read_until("added " + std::to_string(per_round) + "\n");
    added += per_round;
    moments.wait_for(moments.count() + 1 + random() % 60);
    process.kill();
    if (process.wait() == -1) ++killed;
  }
  server.behave_well();
  {
    Process process(victim, {path(), server.url(), "clock", std::to_string(epoch_), "run-keyed"},
                    {});
    EXPECT_NE(process.read_all().find("end\n"), std::string::npos);
    process.wait();
  }
  EXPECT_TRUE(server.finish());
  EXPECT_GT(killed, crash_rounds() / 2);
  const Outbox box = open_real();
  const auto found = states(box);
  EXPECT_EQ(found.size(), static_cast<std::size_t>(added)) << "lost";
  int repeated = 0;
  for (const auto& [id, state] : found) {
    // Rejected at its first attempt, or else taken: nothing in between is left.
    EXPECT_TRUE(state == State::accepted || state == State::held) << id << ' ' << to_string(state);
    EXPECT_EQ(server.ledger().deliveries(id), state == State::accepted ? 1 : 0) << id;
    if (server.ledger().complete_posts(id) > 1) ++repeated;
  }
  EXPECT_GT(repeated, 0);
  const Status status = box.status().value();
  std::cout << added << " messages, " << killed << " kills, " << repeated
            << " POSTed more than once, " << status.count(State::accepted) << " accepted, "
            << status.count(State::held) << " held, " << status.count(State::unknown)
            << " unknown\n";
  EXPECT_TRUE(box.check_file().value().ok());
}

}  // namespace
}  // namespace dropcowboy::outbox
