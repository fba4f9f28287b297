// Three runs on one PostgreSQL database, killed, frozen and cut off at random: nothing is POSTed
// twice, nothing is lost, and what counts as accepted was POSTed; of keyed messages none is taken
// twice, and none is in doubt at the end.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "crash/with_postgres_victims.hpp"
#include "support/moments.hpp"
#include "support/random_faults.hpp"

namespace dropcowboy::outbox {
namespace {

using support::by_hand;
using support::Moment;
using support::Process;
using support::silence;

class OutboxPostgresCrash : public support::WithPostgresVictims {
 protected:
  OutboxPostgresCrash() : WithPostgresVictims(postgres_server().database()) {}
  ~OutboxPostgresCrash() override { by_hand(database(), "DROP SCHEMA dropcowboy CASCADE"); }

  static support::PostgresServer& postgres_server() {
    static support::PostgresServer server;
    return server;
  }
  /// As if so much time had passed that no run's last sign of life counts.
  void age_runs() const { by_hand(database(), "UPDATE runner SET seen_at = 0"); }
};

// ---- At random ----

class OutboxPostgresRandomCrash : public OutboxPostgresCrash {
 protected:
  void strike(unsigned how) {
    const std::size_t which = random_() % runs_.size();
    auto& run = runs_[which];
    for (auto& one : runs_) one->signal(SIGCONT);
    switch (how % 8) {
      case 0:
      case 1:
      case 2:
        run->kill();
        run->wait();
        run = start();
        ++kills_;
        break;
      case 3:
      case 4:  // frozen until the next strike, and dead to the others
        run->signal(SIGSTOP);
        age_runs();
        ++freezes_;
        break;
      case 5:
      case 6:
        by_hand(database(),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "application_name = 'dropcowboy-outbox' ORDER BY random() LIMIT 2");
        ++terminations_;
        break;
      default:
        postgres_server().stop_at_once();
        postgres_server().start();
        ++restarts_;
        break;
    }
  }

  void finish_all() {
    server_.behave_well();
    for (auto& one : runs_) one->signal(SIGCONT);
    for (auto& one : runs_) expect_end(*one);
    age_runs();
    expect_end(*start());
    EXPECT_TRUE(server_.finish());
  }

  void expect_all_is_well(int added) const {
    Sums sums = expect_nothing_twice_and_nothing_lost(added);
    std::cout << added << " messages, half of them keyed, " << sums.repeated
              << " of these repeated; " << kills_ << " kills, " << freezes_ << " freezes, "
              << terminations_ << " terminations, " << restarts_ << " restarts, "
              << sums.states[State::accepted] << " accepted, " << sums.states[State::unknown]
              << " unknown, " << sums.states[State::held] << " held\n";
  }

  std::mt19937 random_{11};
  Victims runs_{};
  int kills_ = 0;
  int freezes_ = 0;
  int terminations_ = 0;
  int restarts_ = 0;
};

int rounds() {
  const char* wanted = std::getenv("DROPCOWBOY_CRASH_ROUNDS");
  return wanted == nullptr ? 24 : std::atoi(wanted);
}

TEST_F(OutboxPostgresRandomCrash, NothingTwiceAndNothingLost) {
  const int per_round = 60;
  const int count = rounds() * per_round;
  add(count / 2, false);
  add_keyed(count / 2);
  support::Moments moments;
  server_.choose(moments.counting(support::random_faults(7, 50)));
  runs_ = start_some(3);
  for (int round = 0; round < rounds(); ++round) {
    moments.wait_for(moments.count() + random_() % per_round);
    strike(static_cast<unsigned>(round));
  }
  finish_all();
  expect_all_is_well(count);
}

// ---- On purpose ----

TEST_F(OutboxPostgresCrash, ALimitHoldsForThreeProcesses) {
  add(100, true);
  for (const auto& one : start_some(3, "3")) expect_end(*one);
  EXPECT_TRUE(server_.finish());
  int all = 0;
  for (int i = 0; i < 100; ++i) all += posts("m" + std::to_string(i));
  EXPECT_EQ(all, 3);
  EXPECT_EQ(open().status().value().count(State::ready), 97U);
}

class OutboxPostgresFrozen : public OutboxPostgresCrash {
 protected:
  /// A run is frozen with messages under way and taken for dead, and another one runs to its end.
  std::unique_ptr<Process> freeze_while_another_runs() {
    server_.choose(moments_.counting(
        [](Moment moment) { return moment == Moment::request ? &silence() : nullptr; }));
    auto frozen = start();
    EXPECT_TRUE(moments_.wait_for(1));
    frozen->signal(SIGSTOP);
    server_.behave_well();
    age_runs();
    expect_end(*start());
    return frozen;
  }

  support::Moments moments_{};
};

// Frozen with messages under way, taken for dead, and woken again: its answers count, and nobody
// else has sent them.
TEST_F(OutboxPostgresFrozen, AFrozenRunsMessagesAreSentByNobodyElse) {
  add(20, false);
  const auto frozen = freeze_while_another_runs();
  EXPECT_EQ(by_hand(database(), "SELECT count(*) FROM message WHERE state = 1"), "0");
  EXPECT_NE(by_hand(database(), "SELECT count(*) FROM message WHERE state = 3"), "0");
  frozen->signal(SIGCONT);
  frozen->kill();
  frozen->wait();
  EXPECT_TRUE(server_.finish());
  for (int i = 0; i < 20; ++i) {
    EXPECT_LE(posts("m" + std::to_string(i)), 1) << i;
  }
}

// The same with keyed messages: another run sends them under their keys, and when the frozen one
// wakes up and sends them as well, the service takes them once.
TEST_F(OutboxPostgresFrozen, AFrozenRunsKeyedMessagesAreTakenOnce) {
  constexpr int count = 20;
  add_keyed(count);
  const auto frozen = freeze_while_another_runs();
  frozen->signal(SIGCONT);
  expect_end(*frozen);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(open().status().value().count(State::accepted), static_cast<std::uint64_t>(count));
  int all = 0;
  for (int i = 0; i < count; ++i) {
    const std::string id = "k" + std::to_string(i);
    all += posts(id);
    EXPECT_EQ(server_.ledger().deliveries(id), 1) << id;
    EXPECT_FALSE(server_.ledger().was_changed(id)) << id;
  }
  EXPECT_GT(all, count) << "some were sent again";
}

// With what every job queue does: the invariants must not hold by chance.
TEST_F(OutboxPostgresCrash, WithoutItsRulesMessagesWouldBeSentTwice) {
  add(1, false);
  support::Moments moments;
  server_.choose(moments.counting(
      [](Moment moment) { return moment == Moment::request ? &silence() : nullptr; }));
  const auto first = start();
  while (posts("m0") == 0) ASSERT_TRUE(moments.wait_for(1));
  first->kill();
  first->wait();
  EXPECT_EQ(by_hand(database(),
                    "ALTER TABLE message DISABLE TRIGGER message_moves; UPDATE message "
                    "SET state = 0, marked_at = NULL, runner = NULL WHERE state IN (1, 3)"),
            "");
  server_.behave_well();
  expect_end(*start());
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("m0"), 2);
}

TEST_F(OutboxPostgresCrash, WithAFreshKeyAMessageWouldBeTakenTwice) {
  add_keyed(1);
  expect_end(*start());
  EXPECT_EQ(by_hand(database(),
                    "ALTER TABLE message DISABLE TRIGGER message_moves; UPDATE message SET "
                    "state = 0, marked_at = NULL, repeat_until = NULL"),
            "");
  expect_end(*start());
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().deliveries("k0"), 2);
}

}  // namespace
}  // namespace dropcowboy::outbox
