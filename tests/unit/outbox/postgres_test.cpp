// What is different where several machines send from one PostgreSQL database. What is the same
// stands in run_test.cpp and people_test.cpp, which this program has as well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/shared_outbox.hpp"

namespace dropcowboy::outbox {
namespace {

using namespace std::chrono_literals;
using support::FakeTransport;
using testing::HasSubstr;

using OutboxPostgres = support::WithSharedOutbox;

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
  EXPECT_EQ(support::by_hand(database(), "SHOW synchronous_commit"), "off");
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

// Nobody of those who share the commit gets to know of it.
TEST_F(OutboxPostgres, AConflictOfOneIsRepeatedForAllWhoShareItsCommit) {
  by_hand(
      "CREATE SEQUENCE tries;"
      "CREATE FUNCTION fail_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF NEW.foreign_id <> 'first' AND nextval('dropcowboy.tries') <= 3 THEN "
      "RAISE serialization_failure; END IF; RETURN NEW; END $$;"
      "CREATE TRIGGER fail_first BEFORE INSERT ON message "
      "FOR EACH ROW EXECUTE FUNCTION fail_first()");
  const Outbox box = open_without_consent();
  support::PsqlSession somebody(database());
  somebody.run("BEGIN; LOCK TABLE dropcowboy.message IN SHARE MODE");
  std::vector<std::thread> threads;
  threads.emplace_back([&] { add(box, "first"); });
  support::wait_until(database(), "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted", "t");
  std::atomic<int> waiting{0};
  for (const char* id : {"a", "b", "c"}) {
    threads.emplace_back([&, id] {
      ++waiting;
      add(box, id);
    });
  }
  while (waiting < 3) std::this_thread::yield();
  EXPECT_EQ(box.status().value().count(State::ready), 0U);  // takes as long as they need
  somebody.run("COMMIT");
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(box.status().value().count(State::ready), 4U);
}

// A mark is sent last, with the commit or before it; whom it shares that with is not harmed.
TEST_F(OutboxPostgres, AMarkThatTheDatabaseForbidsFailsAlone) {
  by_hand(
      "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "IF NEW.state = 1 THEN RAISE EXCEPTION 'outbox: forbidden'; END IF; RETURN NEW; END $$;"
      "CREATE TRIGGER forbid BEFORE UPDATE ON message FOR EACH ROW EXECUTE FUNCTION forbid()");
  const Outbox box = open_without_consent();
  Entry later = entry("later");
  later.not_before = now() + 1h;
  box.add({later}).value();
  RunOptions often;
  often.poll_every = 1ms;
  RunReport report;
  std::thread run([&] { report = box.run(client(), often); });
  while (!box.status().value().running) std::this_thread::yield();
  support::PsqlSession somebody(database());
  somebody.run("BEGIN; LOCK TABLE dropcowboy.message IN SHARE MODE");
  std::thread first([&] { add(box, "first"); });
  support::wait_until(database(), "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted", "t");
  advance(2h);
  std::thread second([&] { add(box, "second"); });
  // Both wait for the commit of the first one by then.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(box.status().value().count(State::ready), 1U);
  somebody.run("COMMIT");
  first.join();
  second.join();
  run.join();
  ASSERT_TRUE(report.error);
  EXPECT_THAT(report.error->message, HasSubstr("a rule of the outbox forbids"));
  EXPECT_EQ(box.status().value().count(State::ready), 3U);
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
  /// Until an outbox waits.
  void await_outbox() const { ask_outbox("pid > 0"); }
  /// Ends the connection of an outbox that waits, as soon as one does.
  void end_outbox() const { ask_outbox("pg_terminate_backend(pid)"); }
  /// Ends its waiting: it is told that the commit is done.
  void end_waiting() const { ask_outbox("pg_cancel_backend(pid)"); }

 private:
  std::string run(const std::string& sql) const { return support::by_hand(database_, sql); }

  void ask_outbox(const std::string& what) const {
    support::wait_until(database_,
                        "SELECT " + what +
                            " FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
                            "AND application_name = 'dropcowboy-outbox'",
                        "t");
  }

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

/// A run whose first mark is held up in its commit.
class OutboxPostgresHeldMark : public OutboxPostgres {
 protected:
  OutboxPostgresHeldMark() {
    add(box_, "a");
    sender_ = std::thread([this] { report_ = run(box_); });
  }
  ~OutboxPostgresHeldMark() override {
    if (sender_.joinable()) end();
  }

  void end() {
    commits_.let_go();
    sender_.join();
  }
  void expect_that_nothing_is_sent() const {
    support::wait_until(database(), "SELECT state FROM message", "1");  // it has taken effect
    EXPECT_THAT(transport_->requests(), testing::IsEmpty());
  }
  void expect_that_it_is_sent_once() {
    end();
    EXPECT_TRUE(report_.ok()) << *report_.error;
    EXPECT_EQ(report_.returned, 1U);
    EXPECT_EQ(report_.accepted, 1U);
    EXPECT_EQ(transport_->requests().size(), 1U);
    EXPECT_EQ(state(box_, "a"), State::accepted);
    EXPECT_TRUE(box_.check_file().value().ok());
  }

  HeldCommits commits_{database()};
  std::atomic<bool> is_held_{false};
  Outbox box_ = another(holding(), 24h);
  RunReport report_{};

 private:
  Policy holding() {
    Policy policy = anything();
    policy.earliest = [this](const RvmRequest&, TimePoint at) {
      if (!is_held_.exchange(true)) commits_.hold();  // the next commit is that of the mark
      return at;
    };
    return policy;
  }

  std::thread sender_{};
};

TEST_F(OutboxPostgresHeldMark, WhoseAnswerIsLostSendsNothingAndItsMessageIsSentOnce) {
  commits_.end_outbox();
  expect_that_nothing_is_sent();
  expect_that_it_is_sent_once();
}

// The standby lacks the mark, though the server says that it is committed.
TEST_F(OutboxPostgresHeldMark, ThatTheStandbyHasNotConfirmedSendsNothing) {
  commits_.end_waiting();
  expect_that_nothing_is_sent();
  expect_that_it_is_sent_once();
}

// As the other server has the mark, another run may have had it as well: who can know?
TEST_F(OutboxPostgresHeldMark, StaysAMarkAfterAFailover) {
  commits_.await_outbox();
  by_hand(  // as it was written on another timeline
      "SET synchronous_commit = local; UPDATE outbox SET place = '1:00000001:2:3'");
  commits_.end_outbox();
  end();
  ASSERT_TRUE(report_.error);
  EXPECT_THAT(report_.error->message, HasSubstr("adopt()"));
  EXPECT_EQ(report_.returned, 0U);
  EXPECT_EQ(box_.adopt().value(), 0U);
  EXPECT_EQ(state(box_, "a"), State::unknown);
  EXPECT_THAT(transport_->requests(), testing::IsEmpty());
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
  support::wait_until(database(), "SELECT state || ' ' || returned FROM message", "0 1");
  commits.let_go();
  sender.join();
  EXPECT_TRUE(report.ok()) << *report.error;
  EXPECT_EQ(find(box, "a").returned, 1);
  EXPECT_TRUE(box.check_file().value().ok());
  advance(1s);
  EXPECT_EQ(run(box).accepted, 1U);
  EXPECT_EQ(transport_->requests().size(), 2U);
}

TEST_F(OutboxPostgres, ARuleThatWasTurnedOffInPlaceIsFound) {
  const Outbox box = open();
  ASSERT_TRUE(box.check_file().value().ok());
  by_hand(
      "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RETURN NEW; END $$");
  const auto report = box.check_file().value();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_THAT(report.problems[0], HasSubstr("refuse"));
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

TEST_F(OutboxPostgres, AnAdoptionHoldsWhatWasReadyAndRepeatsWhatIsInDoubt) {
  const Outbox box = open_without_consent();
  make_doubtful(box);
  add_keyed(box, "b");
  by_hand("UPDATE outbox SET place = '1:00000001:2:3'");
  advance(1s);
  EXPECT_FALSE(run_keyed(box).ok());
  EXPECT_EQ(box.adopt().value(), 1U);
  EXPECT_EQ(run_keyed(box).accepted, 1U);
  EXPECT_EQ(state(box, "b"), State::held);
  EXPECT_EQ(key(1), key(0)) << "wherever it is repeated, the service takes it once";
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

}  // namespace
}  // namespace dropcowboy::outbox
