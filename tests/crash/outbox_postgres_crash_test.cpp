// Three runs on one PostgreSQL database, killed, frozen and cut off at random: nothing is POSTed
// twice, nothing is lost, and what counts as accepted was POSTed; of keyed messages none is taken
// twice, and none is in doubt at the end.

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/outbox/postgres.hpp"
#include "support/fault_server.hpp"
#include "support/moments.hpp"
#include "support/postgres_server.hpp"
#include "support/process.hpp"
#include "support/random_faults.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace dropcowboy::outbox {
namespace {

using support::by_hand;
using support::FaultServer;
using support::Moment;
using support::Process;

const std::string victim = DROPCOWBOY_PROGRAMS "/outbox_postgres_victim";

FaultServer::Options without_another_host() {
  FaultServer::Options options;
  options.other_url = "http://127.0.0.1:1";
  return options;
}

class OutboxPostgresCrash : public testing::Test {
 protected:
  OutboxPostgresCrash() { migrate({database()}, "team-1").value(); }
  ~OutboxPostgresCrash() override { by_hand(database(), "DROP SCHEMA dropcowboy CASCADE"); }

  static support::PostgresServer& postgres_server() {
    static support::PostgresServer server;
    return server;
  }
  static std::string database() { return postgres_server().database(); }

  static Options options_for(const std::string& where) {
    Options options;
    options.engine = postgres({where, std::chrono::seconds(1)});
    options.team_id = "team-1";
    options.policy.require_consent = false;
    options.policy.limits.clear();
    return options;
  }
  static Outbox open() { return Outbox::open(options_for(database())).value(); }
  static Entry entry(const std::string& id) {
    Entry one;
    one.request = support::good_request();
    one.request.foreign_id = id;
    return one;
  }
  /// "k0", "k1", ...
  static void add_keyed(int count) {
    std::vector<KeyedEntry> entries;
    for (int i = 0; i < count; ++i) {
      KeyedEntry& one = entries.emplace_back();
      one.request = support::good_v2_request();
      one.request.foreign_id = "k" + std::to_string(i);
      one.request.to = "+1" + std::to_string(2'230'000'000LL + i);
    }
    open().add_keyed(entries).value();
  }
  /// "m0", "m1", ...
  static void add(int count, bool to_one_number) {
    std::vector<Entry> entries;
    for (int i = 0; i < count; ++i) {
      Entry& one = entries.emplace_back(entry("m" + std::to_string(i)));
      if (!to_one_number) one.request.phone_number = "+1" + std::to_string(2'220'000'000LL + i);
    }
    open().add(entries).value();
  }
  /// A run of this process.
  RunReport run(const Outbox& box) const {
    ClientOptions options;
    options.credentials = {"team-1", "s3cret"};
    options.base_url = server_.url();
    RunOptions until_idle;
    until_idle.until_idle = true;
    return box.run(Client(std::move(options)), until_idle);
  }
  std::unique_ptr<Process> start(const std::string& limit = "0") const {
    return std::make_unique<Process>(
        victim, std::vector<std::string>{database(), server_.url(), "1000", limit},
        Process::Variables{},
        support::Streams::separate);  // libpq says on stderr if a server goes while it connects
  }
  /// As if so much time had passed that no run's last sign of life counts.
  static void age_runs() { by_hand(database(), "UPDATE runner SET seen_at = 0"); }

  FaultServer server_{without_another_host()};
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
    for (auto& one : runs_) {
      EXPECT_EQ(one->read_all(), "end\n");
      EXPECT_EQ(one->wait(), 0);
    }
    age_runs();
    auto last = start();
    EXPECT_EQ(last->read_all(), "end\n");
    EXPECT_EQ(last->wait(), 0);
    EXPECT_TRUE(server_.finish());
  }

  void expect_all_is_well(int added) {
    const Outbox box = open();
    std::map<State, int> states;
    int twice = 0;
    int repeated = 0;
    Query query;
    query.limit = 10'000;
    const Page page = box.list(query).value();
    for (const Message& message : page.messages) {
      if (message.keyed) {
        expect_one_key(message);
        repeated += message.repeats > 0 ? 1 : 0;
        continue;
      }
      ++states[message.state];
      const int deliveries = server_.ledger().deliveries(message.foreign_id);
      if (deliveries > 1) ++twice;
      if (message.state == State::ready) {
        EXPECT_EQ(deliveries, 0) << "would be sent again";
      }
      if (message.state == State::accepted) {
        EXPECT_GE(server_.ledger().complete_posts(message.foreign_id), 1) << message.foreign_id;
      }
    }
    EXPECT_EQ(twice, 0);
    EXPECT_EQ(page.messages.size(), static_cast<std::size_t>(added)) << "lost";
    EXPECT_EQ(states[State::sending], 0);
    EXPECT_EQ(states[State::ready], 0);
    EXPECT_GT(states[State::accepted], added / 4);
    EXPECT_GT(repeated, 0);
    EXPECT_TRUE(box.check_file().value().ok());
    std::cout << added << " messages, half of them keyed, " << repeated << " of these repeated; "
              << kills_ << " kills, " << freezes_ << " freezes, " << terminations_
              << " terminations, " << restarts_ << " restarts, " << states[State::accepted]
              << " accepted, " << states[State::unknown] << " unknown, " << states[State::held]
              << " held, twice " << twice << '\n';
  }

  /// Rejected at its first attempt, or else taken: nothing in between is left.
  void expect_one_key(const Message& message) const {
    const std::string& id = message.foreign_id;
    const bool is_accepted = message.state == State::accepted;
    EXPECT_TRUE(is_accepted || message.state == State::held) << id << to_string(message.state);
    EXPECT_EQ(server_.ledger().deliveries(id), is_accepted ? 1 : 0) << id;
    EXPECT_TRUE(message.repeats == 0 || !server_.ledger().was_changed(id)) << id;
  }

  std::mt19937 random_{11};
  std::vector<std::unique_ptr<Process>> runs_{};
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
  for (int i = 0; i < 3; ++i) runs_.push_back(start());
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
  std::vector<std::unique_ptr<Process>> runs;
  for (int i = 0; i < 3; ++i) runs.push_back(start("3"));
  for (auto& one : runs) {
    EXPECT_EQ(one->read_all(), "end\n");
    one->wait();
  }
  EXPECT_TRUE(server_.finish());
  int posts = 0;
  for (int i = 0; i < 100; ++i) posts += server_.ledger().complete_posts("m" + std::to_string(i));
  EXPECT_EQ(posts, 3);
  EXPECT_EQ(open().status().value().count(State::ready), 97U);
}

/// Reads whole messages and never answers.
const support::Fault& silence() {
  static const support::Fault fault = [] {
    support::Fault made;
    made.name = "silence";
    made.then = support::Then::hold;
    return made;
  }();
  return fault;
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
    const auto other = start();
    EXPECT_EQ(other->read_all(), "end\n");
    other->wait();
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
    EXPECT_LE(server_.ledger().complete_posts("m" + std::to_string(i)), 1) << i;
  }
}

// The same with keyed messages: another run sends them under their keys, and when the frozen one
// wakes up and sends them as well, the service takes them once.
TEST_F(OutboxPostgresFrozen, AFrozenRunsKeyedMessagesAreTakenOnce) {
  constexpr int count = 20;
  add_keyed(count);
  const auto frozen = freeze_while_another_runs();
  frozen->signal(SIGCONT);
  EXPECT_EQ(frozen->read_all(), "end\n");
  frozen->wait();
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(open().status().value().count(State::accepted), static_cast<std::uint64_t>(count));
  int posts = 0;
  for (int i = 0; i < count; ++i) {
    const std::string id = "k" + std::to_string(i);
    posts += server_.ledger().complete_posts(id);
    EXPECT_EQ(server_.ledger().deliveries(id), 1) << id;
    EXPECT_FALSE(server_.ledger().was_changed(id)) << id;
  }
  EXPECT_GT(posts, count) << "some were sent again";
}

// The standby lacks the last mark: on it the message looks ready, though it was sent.
TEST_F(OutboxPostgresCrash, AfterAFailoverNothingIsSentBeforeSomebodyHasLooked) {
  support::PostgresServer primary;
  support::PostgresServer standby(primary);
  const std::string both = "host=127.0.0.1,127.0.0.1 port=" + std::to_string(primary.port()) + "," +
                           std::to_string(standby.port()) +
                           " user=outbox dbname=postgres target_session_attrs=read-write";
  migrate({both}, "team-1").value();
  Options options = options_for(both);
  const Outbox box = Outbox::open(std::move(options)).value();
  box.add({entry("m0")}).value();
  while (by_hand(standby.database(), "SELECT count(*) FROM message") != "1") {
    std::this_thread::yield();
  }
  standby.stop_at_once();
  EXPECT_EQ(run(box).accepted, 1U);
  primary.stop_at_once();
  standby.start();
  standby.promote();
  EXPECT_EQ(by_hand(standby.database(), "SELECT state FROM message"), "0");

  EXPECT_TRUE(box.status().value().needs_adoption);
  EXPECT_TRUE(run(box).error);
  EXPECT_EQ(box.adopt().value(), 1U);
  EXPECT_EQ(run(box).handed_over, 0U);
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("m0"), 1);
}

// The same with what every job queue does: the invariants must not hold by chance.
TEST_F(OutboxPostgresCrash, WithoutItsRulesMessagesWouldBeSentTwice) {
  add(1, false);
  support::Moments moments;
  server_.choose(moments.counting(
      [](Moment moment) { return moment == Moment::request ? &silence() : nullptr; }));
  const auto first = start();
  while (server_.ledger().complete_posts("m0") == 0) ASSERT_TRUE(moments.wait_for(1));
  first->kill();
  first->wait();
  EXPECT_EQ(by_hand(database(),
                    "ALTER TABLE message DISABLE TRIGGER message_moves; UPDATE message "
                    "SET state = 0, marked_at = NULL, runner = NULL WHERE state IN (1, 3)"),
            "");
  server_.behave_well();
  const auto second = start();
  EXPECT_EQ(second->read_all(), "end\n");
  second->wait();
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().complete_posts("m0"), 2);
}

TEST_F(OutboxPostgresCrash, WithAFreshKeyAMessageWouldBeTakenTwice) {
  add_keyed(1);
  const auto first = start();
  EXPECT_EQ(first->read_all(), "end\n");
  first->wait();
  EXPECT_EQ(by_hand(database(),
                    "ALTER TABLE message DISABLE TRIGGER message_moves; UPDATE message SET "
                    "state = 0, marked_at = NULL, repeat_until = NULL"),
            "");
  const auto second = start();
  EXPECT_EQ(second->read_all(), "end\n");
  second->wait();
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(server_.ledger().deliveries("k0"), 2);
}

}  // namespace
}  // namespace dropcowboy::outbox
