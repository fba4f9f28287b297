// Measures the outbox on a PostgreSQL server of its own.
//
//   outbox_postgres_soak run COUNT plain|keyed    adds, and sends from two runs with callbacks
//   outbox_postgres_soak run COUNT plain|keyed -  the same without callbacks
//   outbox_postgres_soak moves MILLIONS SECONDS NAPTIME
//     moves messages between two states so often, or for so long, while autovacuum looks each
//     NAPTIME ("1min"); how large all of it is
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "crash/victim_clients.hpp"
#include "dropcowboy/outbox/postgres.hpp"
#include "soak/outbox_load.hpp"
#include "support/fault_server.hpp"
#include "support/postgres_server.hpp"
#include "support/process.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header
using namespace support;

outbox::Outbox open(const std::string& database) {
  outbox::Options options;
  options.engine = outbox::postgres({database, std::chrono::seconds(5)});
  options.team_id = "team-1";
  options.policy.require_consent = false;
  return outbox::Outbox::open(std::move(options)).value();
}

template <class Entry, class Request, class Add>
void fill(std::size_t count, const Request& request, Add add) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    Entry& entry = entries.emplace_back();
    entry.request = request(number_of(i));
    entry.request.foreign_id = "m" + std::to_string(i);
    if (entries.size() < 1'000 && i + 1 < count) continue;
    add(entries).value();
    entries.clear();
  }
}

void fill(const outbox::Outbox& box, std::size_t count, bool keyed) {
  if (keyed) {
    const auto request = [](std::string number) {
      v2::RvmRequest made = good_v2_request();
      made.to = std::move(number);
      return made;
    };
    return fill<outbox::KeyedEntry>(count, request,
                                    [&](const auto& some) { return box.add_keyed(some); });
  }
  const auto request = [](std::string number) {
    RvmRequest made = good_request();
    made.phone_number = std::move(number);
    return made;
  };
  fill<outbox::Entry>(count, request, [&](const auto& some) { return box.add(some); });
}

/// One of the two: sends until nothing is left, and records the callbacks of what it sent.
int work(const std::string& database, const std::string& url, bool keyed, bool called_back) {
  const outbox::Outbox box = open(database);
  Callbacks callbacks(box);
  outbox::RunOptions options;
  options.until_empty = true;
  options.account_in_flight = 0;
  options.on_change = [&](const outbox::Change& change) {
    if (called_back && change.state == outbox::State::accepted) callbacks.come(change.foreign_id);
  };
  ClientOptions usual = victim_client_options(url);
  const outbox::RunReport report = keyed ? box.run(v2::Client(victim_keyed_options(usual)), options)
                                         : box.run(Client(std::move(usual)), options);
  callbacks.finish();
  if (report.error) std::cout << *report.error << '\n';
  std::cout << "sent                  " << report.accepted << " by one run" << std::endl;
  return report.ok() ? 0 : 1;
}

/// Processor time of a process, and with `more` of those that it has waited for, in clock ticks.
double ticks_of(const std::string& pid, bool more) {
  std::ifstream stat("/proc/" + pid + "/stat");
  const std::string text((std::istreambuf_iterator<char>(stat)), {});
  if (text.empty()) return 0;
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double ticks = 0;
  for (int i = 0; i < (more ? 4 : 2); ++i) {
    double one = 0;
    fields >> one;
    ticks += one;
  }
  return ticks;
}

/// Processor time of the server and of all its processes, in seconds.
double server_time(PsqlSession& session) {
  const std::string pid =
      session.run("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
  double ticks = ticks_of(pid, true);
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (std::string child; children >> child;) ticks += ticks_of(child, false);
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double wal_bytes(PsqlSession& session) {
  return std::stod(session.run("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"));
}

int run(const std::string& program, std::size_t count, bool keyed, bool called_back) {
  PostgresServer server;
  const std::string database = server.database();
  outbox::migrate({database}, "team-1").value();
  PsqlSession session(database);
  const auto each = [&](double sum) { return sum / static_cast<double>(count); };
  double wal = wal_bytes(session);
  auto began = Clock::now();
  {
    const outbox::Outbox box = open(database);
    fill(box, count, keyed);
  }
  std::cout << "added                 " << static_cast<double>(count) / seconds_since(began)
            << "/s, " << each(wal_bytes(session) - wal) << " bytes of WAL each" << std::endl;
  session.run("CHECKPOINT");
  FaultServer service;
  wal = wal_bytes(session);
  const double used = server_time(session);
  const double runners = processor_time(RUSAGE_CHILDREN);
  began = Clock::now();
  {
    const std::vector<std::string> arguments{"work", database, service.url(),
                                             keyed ? "keyed" : "plain", called_back ? "+" : "-"};
    Process first(program, arguments, {});
    Process second(program, arguments, {});
    std::cout << first.read_all() << second.read_all();
    if (first.wait() != 0 || second.wait() != 0) return 1;
  }
  const double took = seconds_since(began);
  std::cout << (called_back ? "sent and called back  " : "sent                  ")
            << static_cast<double>(count) / took << "/s\n"
            << "processor time        " << each(server_time(session) - used) * 1e6
            << " us of the database's, " << each(processor_time(RUSAGE_CHILDREN) - runners) * 1e6
            << " us of the two runs' each\n"
            << "WAL                   " << each(wal_bytes(session) - wal) << " bytes each\n";
  const outbox::Outbox box = open(database);
  const auto settled =
      box.status().value().count(called_back ? outbox::State::delivered : outbox::State::accepted);
  std::cout << "settled               " << settled << std::endl;
  return settled == count && box.check_file().value().ok() ? 0 : 1;
}

void tell_sizes(PsqlSession& session) {
  std::cout
      << session.run(
             "SELECT string_agg(format('%-22s%s KiB', relname, pg_relation_size(oid) / 1024), "
             "E'\\n' ORDER BY relname) FROM pg_class WHERE relname LIKE 'message%' "
             "AND relkind IN ('r', 'i') AND relnamespace = 'dropcowboy'::regnamespace")
      << '\n'
      << session.run(
             "SELECT format('dead rows             %s, vacuumed %s times', n_dead_tup, "
             "autovacuum_count) FROM pg_stat_user_tables WHERE relname = 'message'")
      << std::endl;
}

/// As a run's marks, and answers that it never left.
int move(double millions, double seconds, const std::string& naptime) {
  PostgresServer server;
  outbox::migrate({server.database()}, "team-1").value();
  fill(open(server.database()), 50'000, false);
  PsqlSession session(server.database());
  session.run("ALTER SYSTEM SET autovacuum_naptime = '" + naptime + "'");
  session.run("SELECT pg_reload_conf()");
  tell_sizes(session);
  const auto began = Clock::now();
  double moves = 0;
  for (int turn = 0; moves < millions * 1e6 && seconds_since(began) < seconds; ++turn) {
    const std::string said = session.run(
        "UPDATE message SET state = 1, marked_at = 5, runner = 1 WHERE state = 0 AND id IN "
        "(SELECT id FROM message WHERE state = 0 AND keyed = 0 ORDER BY due, id LIMIT 500 "
        "FOR UPDATE SKIP LOCKED); UPDATE message SET state = 0, marked_at = NULL, runner = NULL, "
        "returned = returned + 1, due = due + 60000 WHERE state = 1 AND runner = 1");
    if (!said.empty()) return std::cout << said << '\n', 1;
    moves += 1'000;
  }
  std::cout << "moves                 " << moves / 1e6 << " millions, "
            << moves / seconds_since(began) << "/s\n";
  tell_sizes(session);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 5 && words[0] == "work") {
    return work(words[1], words[2], words[3] == "keyed", words[4] == "+");
  }
  if (words.size() < 3) return 2;
  const double amount = std::stod(words[1]);
  if (words[0] == "moves" && words.size() == 4) {
    return move(amount, std::stod(words[2]), words[3]);
  }
  const auto count = static_cast<std::size_t>(amount);
  if (words[0] == "run") return run(argv[0], count, words[2] == "keyed", words.size() == 3);
  return 2;
}
