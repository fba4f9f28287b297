#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/outbox/postgres.hpp"
#include "support/fault_server.hpp"
#include "support/postgres_server.hpp"
#include "support/process.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace dropcowboy::support {

/// Reads whole messages and never answers.
inline const Fault& silence() {
  static const Fault fault = [] {
    Fault made;
    made.name = "silence";
    made.then = Then::hold;
    return made;
  }();
  return fault;
}

/// An outbox on PostgreSQL from which other programs, outbox_postgres_victim, send to a server that
/// counts.
class WithPostgresVictims : public testing::Test {
 protected:
  using Victims = std::vector<std::unique_ptr<Process>>;

  /// Makes the tables.
  explicit WithPostgresVictims(std::string database) : database_(std::move(database)) {
    outbox::migrate({database_}, "team-1").value();
  }

  const std::string& database() const noexcept { return database_; }
  outbox::Outbox open() const { return open(database_); }
  static outbox::Outbox open(const std::string& database) {
    outbox::Options options;
    options.engine = outbox::postgres({database, std::chrono::seconds(1)});
    options.team_id = "team-1";
    options.policy.require_consent = false;
    options.policy.limits.clear();
    return outbox::Outbox::open(std::move(options)).value();
  }
  /// "k0", "k1", ...
  void add_keyed(int count) const {
    std::vector<outbox::KeyedEntry> entries;
    for (int i = 0; i < count; ++i) {
      outbox::KeyedEntry& one = entries.emplace_back();
      one.request = good_v2_request();
      one.request.foreign_id = "k" + std::to_string(i);
      one.request.to = "+1" + std::to_string(2'230'000'000LL + i);
    }
    open().add_keyed(entries).value();
  }
  /// "m0", "m1", ...
  void add(int count, bool to_one_number) const {
    std::vector<outbox::Entry> entries;
    for (int i = 0; i < count; ++i) {
      outbox::Entry& one = entries.emplace_back();
      one.request = good_request();
      one.request.foreign_id = "m" + std::to_string(i);
      if (!to_one_number) one.request.phone_number = "+1" + std::to_string(2'220'000'000LL + i);
    }
    open().add(entries).value();
  }
  std::unique_ptr<Process> start(const std::string& limit = "0") const {
    return std::make_unique<Process>(
        DROPCOWBOY_PROGRAMS "/outbox_postgres_victim",
        std::vector<std::string>{database_, server_.url(), "1000", limit}, Process::Variables{},
        Streams::separate);  // libpq says on stderr if a server goes while it connects
  }
  Victims start_some(int count, const std::string& limit = "0") const {
    Victims all;
    for (int i = 0; i < count; ++i) all.push_back(start(limit));
    return all;
  }
  /// Until nothing is left to send, nor in doubt.
  static void expect_end(Process& victim) {
    EXPECT_EQ(victim.read_all(), "end\n");
    EXPECT_EQ(victim.wait(), 0);
  }

  static std::vector<outbox::Message> all_messages(const outbox::Outbox& box) {
    outbox::Query query;
    query.limit = 10'000;
    return box.list(query).value().messages;
  }
  int posts(const std::string& foreign_id) const {
    return server_.ledger().complete_posts(foreign_id);
  }

  struct Sums {
    std::map<outbox::State, int> states{};  ///< of messages of v1
    int repeated = 0;                       ///< keyed ones
  };
  /// When every victim has ended, and the server.
  Sums expect_nothing_twice_and_nothing_lost(int added) const {
    const outbox::Outbox box = open();
    const auto messages = all_messages(box);
    EXPECT_EQ(messages.size(), static_cast<std::size_t>(added)) << "lost";
    Sums sums;
    for (const outbox::Message& message : messages) {
      if (message.keyed) {
        expect_one_key(message);
        sums.repeated += message.repeats > 0 ? 1 : 0;
      } else {
        expect_one_post(message);
        ++sums.states[message.state];
      }
    }
    EXPECT_GT(sums.states[outbox::State::accepted], added / 4);
    EXPECT_GT(sums.repeated, 0);
    EXPECT_TRUE(box.check_file().value().ok());
    return sums;
  }

  FaultServer server_{without_another_host()};

 private:
  static FaultServer::Options without_another_host() {
    FaultServer::Options options;
    options.other_url = "http://127.0.0.1:1";
    return options;
  }

  /// Nothing is left to send, nor to find out by itself.
  void expect_one_post(const outbox::Message& message) const {
    const std::string& id = message.foreign_id;
    const outbox::State state = message.state;
    EXPECT_LE(server_.ledger().deliveries(id), 1) << id;
    EXPECT_TRUE(state == outbox::State::accepted || state == outbox::State::unknown ||
                state == outbox::State::held)
        << id << ' ' << to_string(state);
    if (state == outbox::State::accepted) {
      EXPECT_GE(posts(id), 1) << id;
    }
  }

  /// Rejected at its first attempt, or else taken: nothing in between is left.
  void expect_one_key(const outbox::Message& message) const {
    const std::string& id = message.foreign_id;
    const bool is_accepted = message.state == outbox::State::accepted;
    EXPECT_TRUE(is_accepted || message.state == outbox::State::held)
        << id << ' ' << to_string(message.state);
    EXPECT_EQ(server_.ledger().deliveries(id), is_accepted ? 1 : 0) << id;
    EXPECT_TRUE(message.repeats == 0 || !server_.ledger().was_changed(id)) << id;
  }

  const std::string database_;
};

}  // namespace dropcowboy::support
