// The database's server is killed in the middle, and a standby takes over: every run refuses until
// somebody adopts it, and then nothing is sent twice. What an asynchronous standby lacks is held.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

#include "crash/victim_clients.hpp"
#include "crash/with_postgres_victims.hpp"
#include "support/answers.hpp"
#include "support/moments.hpp"
#include "support/random_faults.hpp"

namespace dropcowboy::outbox {
namespace {

using support::by_hand;
using support::Fault;
using support::Moment;
using support::Process;
using support::wait_until;

class TwoServers {
 protected:
  /// Where every run of every machine looks for the one that can be written to.
  std::string both() const {
    return "host=127.0.0.1,127.0.0.1 port=" + std::to_string(primary_.port()) + "," +
           std::to_string(standby_.port()) +
           " user=outbox dbname=postgres target_session_attrs=read-write";
  }

  support::PostgresServer primary_{};
  support::PostgresServer standby_{primary_};
};

class OutboxFailover : protected TwoServers, public support::WithPostgresVictims {
 protected:
  OutboxFailover() : WithPostgresVictims(both()) {}

  /// By an operator, at the standby.
  std::string ask(const std::string& sql) const { return by_hand(standby_.database(), sql); }

  void add_both_kinds(int of_each) const {
    add(of_each, false);
    add_keyed(of_each);
    wait_until(standby_.database(), "SELECT count(*) FROM message", std::to_string(2 * of_each));
  }

  void fail_over() {
    primary_.kill();
    failed_over_at_ = ask("SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)");
    standby_.promote();
  }

  /// From so many runs, at the standby.
  void wait_for_signs_of_life(std::size_t runs) const {
    wait_until(standby_.database(),
               "SELECT count(*) FROM runner WHERE seen_at > " + failed_over_at_,
               std::to_string(runs));
  }

  /// Until three runs wait for answers to messages of both kinds: 16 of each kind at most.
  void wait_for_silence() {
    std::atomic<int> unanswered{0};
    server_.choose([&unanswered](Moment moment) {
      if (moment != Moment::request) return static_cast<const Fault*>(nullptr);
      ++unanswered;
      return &support::silence();
    });
    while (unanswered < 60) std::this_thread::yield();
    server_.behave_well();
  }

  static void expect_refusal(Process& victim) {
    const std::string said = victim.read_all();
    EXPECT_NE(said.find("adopt()"), std::string::npos) << said;
    EXPECT_EQ(victim.wait(), 1);
  }
  /// Those that were at work, and new ones.
  void expect_that_nobody_sends(const Victims& runs) const {
    for (const auto& one : runs) expect_refusal(*one);
    const int before = all_posts();
    for (const auto& one : start_some(2)) expect_refusal(*one);
    EXPECT_EQ(all_posts(), before);
    EXPECT_EQ(ask("SELECT count(*) FROM message WHERE marked_at > " + failed_over_at_ +
                  " OR attempted_at > " + failed_over_at_),
              "0");
    EXPECT_TRUE(open().status().value().needs_adoption);
  }

  /// With all runs stopped, as if that were a lease ago; how many are held.
  std::uint64_t adopt() const {
    ask("UPDATE runner SET seen_at = 0");
    return open().adopt().value();
  }

  int all_posts() const {
    int sum = 0;
    for (const Message& one : all_messages(open())) sum += posts(one.foreign_id);
    return sum;
  }
  /// What is held although the service may have taken it.
  int held_and_delivered() const {
    int count = 0;
    for (const Message& one : all_messages(open())) {
      if (one.state != State::held || one.note.find("adopted") == std::string::npos) continue;
      count += server_.ledger().deliveries(one.foreign_id) > 0 ? 1 : 0;
    }
    return count;
  }

 private:
  std::string failed_over_at_{};
};

TEST_F(OutboxFailover, ToASynchronousStandbyNothingIsLostAndNothingSentTwice) {
  constexpr int of_each = 400;
  primary_.wait_for_standby();
  EXPECT_TRUE(open().status().value().synchronous_standby);
  add_both_kinds(of_each);
  support::Moments moments;
  server_.choose(moments.counting(support::random_faults(7, 50)));
  const Victims runs = start_some(3);
  EXPECT_TRUE(moments.wait_for(of_each / 2));
  wait_for_silence();
  fail_over();
  expect_that_nobody_sends(runs);

  const std::uint64_t held = adopt();
  EXPECT_GT(held, 0U);
  EXPECT_EQ(held_and_delivered(), 0);
  EXPECT_EQ(open().release_adopted().value(), held);
  for (const auto& one : start_some(3)) expect_end(*one);
  EXPECT_TRUE(server_.finish());
  Sums sums = expect_nothing_twice_and_nothing_lost(2 * of_each);
  std::cout << 2 * of_each << " messages, half of them keyed, " << held
            << " left when the standby took over; " << sums.repeated << " repeated, "
            << sums.states[State::accepted] << " of v1 accepted, " << sums.states[State::unknown]
            << " unknown, " << sums.states[State::held] << " held\n";
}

// Sessions outlive a promotion: one that the standby has refused would lead to another server,
// whose outbox looks like the old one.
TEST_F(OutboxFailover, WhoWasRefusedByAStandbyIsAskedAgainWhenItHasTakenOver) {
  const std::string to_any = std::string(both()).erase(both().find(" target_session_attrs"));
  const Outbox box = open(to_any);
  Entry later;
  later.request = support::good_request();
  later.request.foreign_id = "m0";
  later.not_before = std::chrono::system_clock::now() + std::chrono::hours(1);
  box.add({later}).value();
  wait_until(standby_.database(), "SELECT count(*) FROM message", "1");
  const Client client(support::victim_client_options(server_.url()));
  RunOptions until_sent;
  until_sent.until_empty = true;
  until_sent.poll_every = std::chrono::milliseconds(20);
  RunReport report;
  std::thread run([&] { report = box.run(client, until_sent); });
  wait_until(primary_.database(), "SELECT count(*) FROM runner WHERE seen_at > started_at", "1");
  primary_.kill();
  // By the run's own connection.
  while (box.cancel("nobody").error().message.find("standby") == std::string::npos) {
    std::this_thread::yield();
  }
  standby_.promote();
  ask("UPDATE message SET due = 0");
  run.join();
  ASSERT_TRUE(report.error);
  EXPECT_NE(report.error->message.find("adopt()"), std::string::npos) << *report.error;
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(posts("m0"), 0);
}

/// Requests are read, and well answered once they are let through.
class Turnstile {
 public:
  support::FaultServer::Chooser chooser() const {
    return [this](Moment moment) { return moment == Moment::request ? &waiting_ : nullptr; };
  }
  void admit(int more) {
    const std::lock_guard lock(mutex_);
    admitted_ += more;
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::string pass(const support::Question& question) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_open_ || admitted_ > 0; });
    if (!is_open_) --admitted_;
    return support::ok(support::queued)(question);
  }

  Fault waiting_{"waiting", support::Point::request,
                 [this](const support::Question& question) { return pass(question); }};
  std::mutex mutex_{};
  std::condition_variable changed_{};
  int admitted_ = 0;
  bool is_open_ = false;
};

class OutboxFailoverWithALag : public OutboxFailover {
 protected:
  ~OutboxFailoverWithALag() override {
    turnstile_.open();
    server_.finish();
  }

  Turnstile turnstile_{};
};

// Some messages are on their way when the standby hears no more. Their answers, and further marks,
// are lost with the primary.
TEST_F(OutboxFailoverWithALag, ToAnAsynchronousStandbyWhatLooksReadyIsHeld) {
  constexpr int of_each = 100;
  add_both_kinds(of_each);
  EXPECT_FALSE(open().status().value().synchronous_standby);
  server_.choose(turnstile_.chooser());
  const Victims runs = start_some(2);
  wait_until(standby_.database(), "SELECT count(*) >= 40 FROM message WHERE state = 1", "t");
  standby_.stop_following();
  const std::string marks_at_standby = ask("SELECT count(*) FROM message WHERE state <> 0");
  turnstile_.admit(of_each);
  wait_until(primary_.database(), "SELECT count(*) >= 80 FROM message WHERE state IN (2, 3)", "t");
  fail_over();
  wait_for_signs_of_life(runs.size());
  turnstile_.open();
  expect_that_nobody_sends(runs);

  const std::uint64_t held = adopt();
  EXPECT_EQ(held, 2U * of_each - std::stoul(marks_at_standby)) << "a mark is never taken back";
  const int sent = held_and_delivered();
  EXPECT_GT(sent, 0) << "released, these would be sent twice";
  expect_end(*start());  // what is in doubt and has a key is repeated
  EXPECT_TRUE(server_.finish());
  EXPECT_EQ(open().status().value().count(State::held), held);
  EXPECT_EQ(open().status().value().count(State::ready), 0U);
  for (const Message& one : all_messages(open())) {
    EXPECT_LE(server_.ledger().deliveries(one.foreign_id), 1) << one.foreign_id;
    EXPECT_FALSE(server_.ledger().was_changed(one.foreign_id)) << one.foreign_id;
  }
  std::cout << held << " held, " << sent << " of them sent before the failover\n";
}

}  // namespace
}  // namespace dropcowboy::outbox
