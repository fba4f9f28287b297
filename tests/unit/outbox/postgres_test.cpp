// What is different where several machines send from one PostgreSQL database. What is the same
// stands in run_test.cpp and people_test.cpp, which this program has as well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "support/outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;

class OutboxPostgres : public support::WithOutbox {
 protected:
  /// Another machine: its own connections, and its own client.
  Outbox another(Policy policy, std::chrono::milliseconds lease = 60s) const {
    Options made = options();
    made.engine = postgres({database(), lease});
    made.policy = std::move(policy);
    return Outbox::open(std::move(made)).value();
  }
  static Policy anything() {
    Policy policy;
    policy.require_consent = false;
    policy.limits.clear();
    return policy;
  }
  /// A run of another machine that gave its last sign of life so long ago.
  void add_run(std::chrono::milliseconds ago) const {
    by_hand("INSERT INTO runner (name, started_at, seen_at) VALUES ('other', 0, " +
            std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(
                               (now() - ago).time_since_epoch())
                               .count()) +
            ")");
  }
  void add_many(const Outbox& box, int count, const std::string& phone = {}) const {
    std::vector<Entry> entries;
    for (int i = 0; i < count; ++i) {
      const std::string own = "+1555001" + std::to_string(1'000 + i);
      entries.push_back(entry("m" + std::to_string(i), phone.empty() ? own : phone));
    }
    ASSERT_TRUE(box.add(entries));
  }
  static void expect_storage_error(const Error& error, bool transient, const std::string& words) {
    EXPECT_EQ(error.kind, ErrorKind::storage) << error;
    EXPECT_EQ(error.outcome, Outcome::not_sent) << error;
    EXPECT_EQ(error.transient, transient) << error;
    EXPECT_THAT(error.message, HasSubstr(words));
  }
};

// ---- Opening ----

TEST_F(OutboxPostgres, MigratingTwiceIsOnce) {
  add(open(), "a");
  EXPECT_TRUE(migrate({database()}, "team-1"));
  EXPECT_EQ(state(open(), "a"), State::ready);
}

TEST_F(OutboxPostgres, ADatabaseThatCannotKeepEveryTextIsRefused) {
  by_hand("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  const auto made = migrate({server().database("latin")}, "team-1");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::configuration);
  EXPECT_THAT(made.error().message, HasSubstr("UTF-8"));
}

TEST_F(OutboxPostgres, WithoutTablesItSaysWhatToDo) {
  by_hand("DROP SCHEMA dropcowboy CASCADE");
  const auto opened = Outbox::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration) << opened.error();
  EXPECT_THAT(opened.error().message, HasSubstr("migrate()"));
}

TEST_F(OutboxPostgres, AnotherTeamsIsRefused) {
  Options other = options();
  other.team_id = "team-2";
  const auto opened = Outbox::open(std::move(other));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration);
  const auto migrated = migrate({database()}, "team-2");
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().message, HasSubstr("another team"));
}

TEST_F(OutboxPostgres, ANewerOneIsRefusedAlsoWhileItIsOpen) {
  const Outbox box = open();
  by_hand("UPDATE outbox SET schema_version = 3");
  const auto opened = Outbox::open(options());
  ASSERT_FALSE(opened);
  expect_storage_error(opened.error(), false, "newer version");
  EXPECT_FALSE(box.add({entry("a")}));
  EXPECT_FALSE(migrate({database()}, "team-1"));
}

TEST_F(OutboxPostgres, AServerThatDoesNotAnswerIsToldWithoutThePassword) {
  Options made = options();
  made.engine = postgres({"postgresql://ann:geheim@127.0.0.1:1/box"});
  const auto opened = Outbox::open(std::move(made));
  ASSERT_FALSE(opened);
  expect_storage_error(opened.error(), true, "box at 127.0.0.1:1");
  EXPECT_THAT(to_string(opened.error()), testing::Not(HasSubstr("geheim")));
}

TEST_F(OutboxPostgres, AConnectionStringThatCannotBeReadIsNotQuoted) {
  Options made = options();
  made.engine = postgres({"host=x password=ge heim"});
  const auto opened = Outbox::open(std::move(made));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration);
  EXPECT_THAT(to_string(opened.error()), testing::Not(HasSubstr("heim")));
}

TEST_F(OutboxPostgres, ALeaseOutOfRangeAndAPathBesideAnEngineAreRefused) {
  Options made = options();
  made.engine = postgres({database(), 999ms});
  const auto opened = Outbox::open(made);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration);
  EXPECT_EQ(opened.error().issues.size(), 1U);
  made.path = "outbox.db";
  EXPECT_FALSE(Outbox::open(made));
}

TEST_F(OutboxPostgres, AServerThatDoesNotKeepWhatItSaysIsRefused) {
  const auto set = [](const char* value) {
    by_hand(std::string("ALTER SYSTEM SET fsync = ") + value);
    by_hand("SELECT pg_reload_conf()");
    while (by_hand("SHOW fsync") != value) std::this_thread::yield();
  };
  set("off");
  const auto opened = Outbox::open(options());
  set("on");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::configuration) << opened.error();
  EXPECT_THAT(opened.error().message, HasSubstr("fsync"));
  EXPECT_TRUE(Outbox::open(options()));
}

TEST_F(OutboxPostgres, EveryCommitIsSynchronousWhateverTheUsersSettingIs) {
  by_hand("ALTER ROLE outbox SET synchronous_commit = off");
  by_hand(
      "CREATE TABLE seen (setting text);"
      "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "INSERT INTO dropcowboy.seen VALUES (current_setting('synchronous_commit')); "
      "RETURN NEW; END $$;"
      "CREATE TRIGGER look AFTER INSERT OR UPDATE ON message "
      "FOR EACH ROW EXECUTE FUNCTION look()");
  EXPECT_EQ(by_hand("SHOW synchronous_commit"), "off");
  const Outbox box = open_without_consent();
  add(box, "a");
  EXPECT_EQ(run(box).accepted, 1U);
  by_hand("ALTER ROLE outbox RESET synchronous_commit");
  EXPECT_EQ(by_hand("SELECT string_agg(DISTINCT setting, ',') FROM seen"), "on");
}

TEST_F(OutboxPostgres, SaysWhetherAFailoverCanLoseMarks) {
  const Outbox box = open();
  EXPECT_FALSE(box.status().value().synchronous_standby);
}

// ---- The connection ----

TEST_F(OutboxPostgres, GoesOnAfterItsConnectionsWereEnded) {
  const Outbox box = open_without_consent();
  add(box, "a");
  by_hand(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
      "WHERE application_name = 'dropcowboy-outbox'");
  add(box, "b");
  EXPECT_EQ(run(box).accepted, 2U);
  EXPECT_TRUE(box.status());
}

TEST_F(OutboxPostgres, WhileTheServerIsDownCallsFailAndAfterwardsAllIsThere) {
  const Outbox box = open_without_consent();
  add(box, "a");
  server().stop_at_once();
  const auto refused = box.add({entry("b")});
  ASSERT_FALSE(refused);
  expect_storage_error(refused.error(), true, "");
  EXPECT_FALSE(box.status());
  server().start();
  add(box, "b");
  EXPECT_EQ(run(box).accepted, 2U);
}

// A sequence is not rolled back: the first three tries fail.
TEST_F(OutboxPostgres, AConflictOfTransactionsIsRepeated) {
  by_hand(
      "CREATE SEQUENCE tries;"
      "CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF nextval('dropcowboy.tries') <= 3 THEN RAISE serialization_failure; END IF; "
      "RETURN NEW; END $$;"
      "CREATE TRIGGER fail_first BEFORE INSERT OR UPDATE ON message "
      "FOR EACH ROW EXECUTE FUNCTION fail_first()");
  const Outbox box = open_without_consent();
  add(box, "a");
  EXPECT_EQ(by_hand("SELECT last_value FROM tries"), "4");
  by_hand("ALTER SEQUENCE tries RESTART");
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 1U);
  EXPECT_TRUE(box.check_file().value().ok());
}

// ---- Several runs ----

TEST_F(OutboxPostgres, TwoRunsShareTheWork) {
  const Outbox first = another(anything(), 1s);
  const Outbox second = another(anything(), 1s);
  add_many(first, 200);
  RunReport reports[2];
  std::thread other([&] { reports[1] = run(second); });
  reports[0] = run(first);
  other.join();
  EXPECT_TRUE(reports[0].ok() && reports[1].ok());
  EXPECT_EQ(reports[0].accepted + reports[1].accepted, 200U);
  EXPECT_EQ(transport_->requests().size(), 200U);
  std::set<std::string> ids;
  for (const auto& request : transport_->requests()) {
    ids.insert(RvmRequest::from_json(request.body).value().foreign_id.value());
  }
  EXPECT_EQ(ids.size(), 200U);
  EXPECT_TRUE(first.check_file().value().ok());
}

TEST_F(OutboxPostgres, ALimitHoldsForAllRunsTogether) {
  Policy policy = anything();
  policy.limits = {{3, 72h}};
  const Outbox boxes[] = {another(policy, 1s), another(policy, 1s), another(policy, 1s)};
  add_many(boxes[0], 100, "+15550010001");
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) threads.emplace_back([&] { run(box); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(transport_->requests().size(), 3U);
  EXPECT_EQ(by_hand("SELECT count(*) FROM message WHERE marked_at IS NOT NULL"), "3");
  EXPECT_EQ(boxes[0].status().value().count(State::ready), 97U);
}

// What was not marked when permit() returned is never marked.
TEST_F(OutboxPostgres, ANoIsObeyedFromTheMomentItIsRecorded) {
  const Outbox boxes[] = {another(anything(), 1s), another(anything(), 1s)};
  constexpr int numbers = 60;
  add_many(boxes[0], numbers);
  std::vector<std::thread> threads;
  for (const Outbox& box : boxes) threads.emplace_back([&] { run(box); });
  const Outbox office = another(anything());
  support::PsqlSession psql(database());
  std::set<std::string> waited;
  for (int i = numbers - 1; i >= 0; --i) {
    const std::string number = "+1555001" + std::to_string(1'000 + i);
    permit(office, number, false);
    const std::string marked = by_hand(
        "SELECT count(*) FROM message WHERE marked_at IS NOT NULL AND phone = '" + number + "'");
    if (marked == "0") waited.insert(number);
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& request : transport_->requests()) {
    const auto number = RvmRequest::from_json(request.body).value().phone_number;
    EXPECT_EQ(waited.count(number), 0U) << number;
  }
  EXPECT_EQ(transport_->requests().size() + waited.size(), std::size_t{numbers});
}

TEST_F(OutboxPostgres, OneOutboxHasOneRunAtATime) {
  const Outbox box = open_without_consent();
  add(box, "a");
  RunOptions options;
  options.until_idle = true;
  std::optional<Error> refused;
  options.on_change = [&](const Change&) { refused = run(box).error; };
  EXPECT_TRUE(box.run(client(), options).ok());
  ASSERT_TRUE(refused);
  expect_storage_error(*refused, true, "a run at work");
  EXPECT_EQ(by_hand("SELECT count(*) FROM runner"), "0") << "they leave when they end";
}

TEST_F(OutboxPostgres, WhatADeadRunWasSendingIsUnknownAfterItsLease) {
  const Outbox box = open_without_consent();
  add(box, "a");
  add_run(59s);
  by_hand("UPDATE message SET state = 1, marked_at = 5, runner = (SELECT max(id) FROM runner)");
  EXPECT_EQ(run(box).rescued, 0U);
  EXPECT_EQ(state(box, "a"), State::sending);
  advance(2s);
  EXPECT_EQ(run(box).rescued, 1U);
  EXPECT_EQ(state(box, "a"), State::unknown);
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
}

TEST_F(OutboxPostgres, ARunThatWasForgottenComesBack) {
  const Outbox box = another(anything(), 1s);
  add(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand("DELETE FROM runner");
    while (by_hand("SELECT count(*) FROM runner") == "0") std::this_thread::yield();
    return FakeTransport::answer(200, R"({"status":"queued"})");
  });
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(by_hand("SELECT count(*) FROM runner"), "0");
}

// As after a commit of which nobody knew that it took effect.
TEST_F(OutboxPostgres, WhatARunHasMarkedAndNotHandedOverIsSentOnce) {
  const Outbox box = another(anything(), 1s);
  add(box, "a");
  add(box, "b", "+15550010002");
  by_hand("UPDATE message SET due = 9e12 WHERE foreign_id = 'b'");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand(
        "UPDATE message SET state = 1, marked_at = 5, due = 0, "
        "runner = (SELECT max(id) FROM runner) WHERE foreign_id = 'b'");
    while (by_hand("SELECT count(*) FROM message WHERE marked_at = 5") != "0") {
      std::this_thread::yield();
    }
    return FakeTransport::answer(200, R"({"status":"queued"})");
  });
  const RunReport report = run(box);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.returned, 1U);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

// A result that is written twice must not touch what another run is sending by then.
TEST_F(OutboxPostgres, AnAnswerChangesOnlyWhatItsOwnRunHasMarked) {
  const Outbox box = open_without_consent();
  add(box, "a");
  add_run(0s);
  by_hand("UPDATE runner SET seen_at = 9e15");  // it lives
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    by_hand(
        "UPDATE message SET state = 0, marked_at = NULL, runner = NULL;"
        "UPDATE message SET state = 1, marked_at = 5, runner = (SELECT min(id) FROM runner)");
    return FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  });
  EXPECT_TRUE(run(box).ok());
  EXPECT_EQ(state(box, "a"), State::sending);
  advance(1h);
  EXPECT_EQ(run(box).handed_over, 0U);
}

TEST_F(OutboxPostgres, TheLimitOfMessagesUnderWayIsDividedByTheRunsThatLive) {
  const Outbox box = another(anything(), 1s);
  add_many(box, 40);
  add_run(0s);
  by_hand("UPDATE runner SET seen_at = 9e15");
  int most = 0;
  std::mutex mutex;
  for (int i = 0; i < 40; ++i) {
    transport_->then([&](const HttpRequest&, const CancelToken&) {
      const int marked = std::stoi(by_hand("SELECT count(*) FROM message WHERE state = 1"));
      const std::lock_guard lock(mutex);
      most = std::max(most, marked);
      return FakeTransport::answer(200, R"({"status":"queued"})");
    });
  }
  RunOptions options;
  options.until_idle = true;
  options.account_in_flight = 6;
  EXPECT_EQ(box.run(client(), options).accepted, 40U);
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
}

TEST_F(OutboxPostgres, WhatTheServiceAsksOneRunToWaitForHoldsForAll) {
  const Outbox box = open_without_consent();
  add(box, "a");
  transport_->then(FakeTransport::answer(429));
  EXPECT_EQ(run(box).returned, 1U);
  const auto until =
      std::chrono::duration_cast<std::chrono::milliseconds>((now() + 1s).time_since_epoch());
  EXPECT_EQ(by_hand("SELECT paused_until FROM outbox"), std::to_string(until.count()));
  // Another run looks, and leaves what is due where it is.
  by_hand("UPDATE message SET due = 0");
  RunOptions options;
  options.until_idle = true;
  options.stop = CancelToken();
  const Outbox second = another(anything());
  const auto turns = second.status().value().commits;
  std::thread watcher([&] {
    while (second.status().value().commits < turns + 5) std::this_thread::yield();
    EXPECT_EQ(transport_->requests().size(), 1U);
    advance(1s);
  });
  EXPECT_EQ(second.run(client(), options).accepted, 1U);
  watcher.join();
}

// ---- A commit of which nobody knows whether it took effect ----

/// Commits wait for a standby that never comes: they have taken effect, and are not answered.
class HeldCommits {
 public:
  explicit HeldCommits(std::string database) : database_(std::move(database)) {}
  HeldCommits(const HeldCommits&) = delete;
  HeldCommits& operator=(const HeldCommits&) = delete;
  ~HeldCommits() { let_go(); }

  /// Returns once a commit is seen to wait, one of its own.
  void hold() {
    run("CREATE TABLE proof (a int)");
    run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    run("SELECT pg_reload_conf()");
    while (!is_seen_to_wait()) witness_.join();  // the server had not read its settings yet
  }
  void let_go() {
    run("ALTER SYSTEM RESET synchronous_standby_names");
    run("SELECT pg_reload_conf()");
    if (witness_.joinable()) witness_.join();
  }
  /// Ends the connection of an outbox that waits, as soon as one does.
  void end_outbox() {
    while (run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
               "wait_event = 'SyncRep' AND application_name = 'dropcowboy-outbox'") != "t") {
      std::this_thread::yield();
    }
  }

 private:
  std::string run(const std::string& sql) const { return support::by_hand(database_, sql); }

  bool is_seen_to_wait() {
    has_passed_ = false;
    witness_ = std::thread([this] {
      run("INSERT INTO proof VALUES (1)");
      has_passed_ = true;
    });
    while (!has_passed_) {
      if (run("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") != "0") {
        return true;
      }
    }
    return false;
  }

  const std::string database_;
  std::thread witness_{};
  std::atomic<bool> has_passed_{false};
};

TEST_F(OutboxPostgres, ACommitWhoseAnswerIsLostSendsNothingAndItsMessageIsSentOnce) {
  HeldCommits commits(database());
  Policy policy = anything();
  int asked = 0;
  policy.earliest = [&](const RvmRequest&, TimePoint at) {
    if (++asked == 1) commits.hold();  // the next commit is that of the mark
    return at;
  };
  const Outbox box = another(policy, 24h);
  add(box, "a");
  RunReport report;
  std::thread sender([&] { report = run(box); });
  commits.end_outbox();
  EXPECT_EQ(by_hand("SELECT state FROM message"), "1") << "it has taken effect";
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
  commits.let_go();
  sender.join();
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(report.returned, 1U);
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 1U);
  EXPECT_EQ(state(box, "a"), State::accepted);
  EXPECT_TRUE(box.check_file().value().ok());
}

// The answer was written, nobody knows, and it is written again.
TEST_F(OutboxPostgres, AnAnswerIsWrittenOnceAlsoIfItsCommitIsInDoubt) {
  HeldCommits commits(database());
  const Outbox box = another(anything(), 24h);
  add(box, "a");
  transport_->then([&](const HttpRequest&, const CancelToken&) {
    commits.hold();  // the next commit is that of the answer
    return FakeTransport::failure(Wire::not_sent, TransportFailure::connect);
  });
  RunReport report;
  std::thread sender([&] { report = run(box); });
  commits.end_outbox();
  EXPECT_EQ(by_hand("SELECT state || ' ' || returned FROM message"), "0 1");
  commits.let_go();
  sender.join();
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(find(box, "a").returned, 1);
  EXPECT_TRUE(box.check_file().value().ok());
  advance(1s);
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

// ---- Copies, backups, failovers ----

TEST_F(OutboxPostgres, AfterAFailoverNothingIsSentBeforeSomebodyAdoptsIt) {
  const Outbox box = open_without_consent();
  add(box, "a");
  by_hand("UPDATE outbox SET place = '1:00000001:2:3'");  // as it was written on another timeline
  EXPECT_TRUE(box.status().value().needs_adoption);
  const RunReport report = run(box);
  ASSERT_TRUE(report.error);
  EXPECT_THAT(report.error->message, HasSubstr("adopt()"));
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
  EXPECT_FALSE(box.check_file().value().ok());
  EXPECT_EQ(box.adopt().value(), 1U);
  EXPECT_EQ(state(box, "a"), State::held);
  EXPECT_EQ(box.release_adopted().value(), 1U);
  EXPECT_EQ(run(box).accepted, 1U);
}

TEST_F(OutboxPostgres, AnAdoptionWaitsUntilNoRunLives) {
  const Outbox box = open_without_consent();
  add_run(59s);
  const auto adopted = box.adopt();
  ASSERT_FALSE(adopted);
  expect_storage_error(adopted.error(), true, "stop every run");
  advance(2s);
  EXPECT_TRUE(box.adopt());
}

TEST_F(OutboxPostgres, ACallbackForWhatWasNeverSentStopsAllRuns) {
  const Outbox box = open_without_consent();
  add(box, "a");
  EXPECT_TRUE(box.record(callback("a", DropStatus::success)).value().for_unsent);
  add(box, "b");
  EXPECT_TRUE(run(another(anything())).error);
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
}

// ---- Rules in the database ----

using OutboxPostgresRules = OutboxPostgres;

// Beside what rules_test.cpp tries on both engines.
TEST_F(OutboxPostgresRules, AnOperatorCannotBreakThem) {
  const Outbox box = open();
  permit(box, "+15550010001", false);
  add(box, "a");
  const std::string sending = "BEGIN; UPDATE message SET state = 1, marked_at = 1, runner = 5;";
  const std::string forbidden[] = {
      "UPDATE message SET state = 1, marked_at = 5",  // by whom?
      sending + "UPDATE message SET runner = 6; ROLLBACK",
      "TRUNCATE message CASCADE",
      "TRUNCATE permission",
      "TRUNCATE prepared",
      "SET session_replication_role = replica; DELETE FROM permission",
  };
  for (const std::string& sql : forbidden) EXPECT_NE(by_hand(sql), "") << sql;
}

TEST_F(OutboxPostgresRules, AChangedRuleAndWrongCountsAreFound) {
  const Outbox box = open();
  add(box, "a");
  EXPECT_TRUE(box.check_file().value().ok());
  by_hand("ALTER TABLE message DISABLE TRIGGER message_moves");
  auto report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("message_moves"));
  by_hand("ALTER TABLE message ENABLE ALWAYS TRIGGER message_moves");
  by_hand("UPDATE tally SET count = 7");
  report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("counts"));
}

// More than can be locked one by one: all numbers are locked at once.
TEST_F(OutboxPostgres, ThousandsOfNumbersAreForbiddenAtOnce) {
  const Outbox box = open_without_consent();
  std::vector<Permission> all;
  for (int i = 0; i < 5'000; ++i) {
    Permission& one = all.emplace_back();
    one.phone_number = "+1555" + std::to_string(2'000'000 + i);
    one.source = "registry";
  }
  ASSERT_TRUE(box.permit(all));
  add(box, "a", "+15552004999");
  EXPECT_EQ(run(box).refused, 1U);
}

}  // namespace
}  // namespace dropcowboy::outbox
