// A program that uses an outbox and is killed. Its requests go to a server, or are written into a
// file, which stands for the service: what is in it was POSTed, a line for each, the id and, after
// a space, the idempotency key if there was one.
//
//   outbox_victim DATABASE SERVICE COMMAND...
//     SERVICE: http://... or the path of a file
//   Commands, one after the other:
//     add FIRST COUNT      adds messages by numbers; "added N" after each ten
//     run                  sends all; ends when nothing is due
//     add-keyed FIRST COUNT, run-keyed
//                          the same over the v2 API; ends when nothing is in doubt either
//     clock EPOCH          the calendar runs 100 times as fast as the real one from this moment on,
//                          in milliseconds since 1970
//     kill OPERATION       ends at the n-th write or sync from here on
//     cut OPERATION        the same, and the power is cut
//     count                prints the writes and syncs since then
//     die STAGE            the service ends this process: "before", "during" or "after" a POST
//     ready-again      what the outbox forbids: rules dropped, `sending` made ready again
//     fresh-keys           what it forbids, too: rules dropped, and what is in doubt gets a new key
#include <sqlite3.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "crash/victim_clients.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "support/calendar_runtime.hpp"
#include "support/fault_vfs.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header

std::string stage;     // when the service ends this process
long long epoch = -1;  // of the calendar that runs faster
constexpr int haste = 100;

outbox::TimePoint calendar() {
  const auto now = std::chrono::system_clock::now();
  if (epoch < 0) return now;
  const outbox::TimePoint begin{std::chrono::milliseconds(epoch)};
  return begin + (now - begin) * haste;
}

/// Writes the id of each message into a file, as the service would know it.
class FileService final : public Transport {
 public:
  explicit FileService(const std::string& path) : file_(path, std::ios::app | std::ios::binary) {}

  HttpResult perform(const HttpRequest& request, const CancelToken&) override {
    if (stage == "before") std::_Exit(9);
    std::string line = RvmRequest::from_json(request.body).value().foreign_id.value();
    for (const HttpHeader& header : *request.headers) {
      if (header.name == "Idempotency-Key") line += " " + header.value;
    }
    line += "\n";
    const std::lock_guard lock(mutex_);
    if (!(file_ << line).flush()) std::_Exit(1);
    if (stage == "during") std::_Exit(9);
    HttpResult result;
    result.status = 200;
    result.body = R"({"status":"queued"})";
    return result;
  }

 private:
  std::mutex mutex_{};
  std::ofstream file_;
};

ClientOptions client_options(const std::string& service) {
  if (service.rfind("http://", 0) == 0) return support::victim_client_options(service);
  ClientOptions options = support::victim_client_options("http://127.0.0.1:1");
  options.transport = std::make_shared<FileService>(service);
  return options;
}

v2::ClientOptions keyed_client_options(const std::string& service) {
  v2::ClientOptions options = support::victim_keyed_options(client_options(service));
  options.runtime = std::make_shared<support::CalendarRuntime>(&calendar);
  return options;
}

void say(const Error& error) { std::cout << "error " << error << std::endl; }

void add(const outbox::Outbox& box, int first, int count) {
  std::vector<outbox::Entry> entries;
  for (int i = 0; i < count; ++i) {
    outbox::Entry& entry = entries.emplace_back();
    entry.request = support::good_request();
    entry.request.foreign_id = "m" + std::to_string(first + i);
    if (entries.size() < 10 && i + 1 < count) continue;
    const auto added = box.add(entries);
    if (!added) return say(added.error());
    std::cout << "added " << i + 1 << std::endl;
    entries.clear();
  }
}

void add_keyed(const outbox::Outbox& box, int first, int count) {
  std::vector<outbox::KeyedEntry> entries;
  for (int i = 0; i < count; ++i) {
    outbox::KeyedEntry& entry = entries.emplace_back();
    entry.request = support::good_v2_request();
    entry.request.foreign_id = "m" + std::to_string(first + i);
    if (entries.size() < 10 && i + 1 < count) continue;
    const auto added = box.add_keyed(entries);
    if (!added) return say(added.error());
    std::cout << "added " << i + 1 << std::endl;
    entries.clear();
  }
}

outbox::RunOptions run_options() {
  outbox::RunOptions options;
  options.max_unanswered = 16;
  options.on_change = [](const outbox::Change&) {
    if (stage == "after") std::_Exit(9);
  };
  return options;
}

void tell(const outbox::RunReport& report) {
  if (report.error) say(*report.error);
  std::cout << "ran " << report.handed_over << std::endl;
}

void run(const outbox::Outbox& box, const std::string& service) {
  outbox::RunOptions options = run_options();
  options.until_idle = true;
  tell(box.run(Client(client_options(service)), options));
}

void run_keyed(const outbox::Outbox& box, const std::string& service) {
  outbox::RunOptions options = run_options();
  options.until_empty = true;
  options.poll_every = std::chrono::milliseconds(5);  // half a second by the fast calendar
  tell(box.run(v2::Client(keyed_client_options(service)), options));
}

void break_rules(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  sqlite3_busy_timeout(database, 10'000);
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::cout << "error " << sqlite3_errmsg(database) << std::endl;
  }
  sqlite3_close(database);
}

constexpr const char* ready_again =
    "DROP TRIGGER message_moves;"
    "UPDATE message SET state = 0, marked_at = NULL, repeat_until = NULL, repeat_at = NULL "
    "WHERE state IN (1, 3)";

void give_fresh_keys(const std::string& path) {
  break_rules(path, "DROP TRIGGER prepared_same");
  const v2::Client client(keyed_client_options("http://127.0.0.1:1"));
  sqlite3* database = nullptr;
  sqlite3_open(path.c_str(), &database);
  sqlite3_stmt* find = nullptr;
  sqlite3_stmt* change = nullptr;
  sqlite3_prepare_v2(database,
                     "SELECT message, request FROM payload JOIN message ON id = message "
                     "WHERE state IN (1, 3)",
                     -1, &find, nullptr);
  sqlite3_prepare_v2(database, "UPDATE prepared SET text = ?2 WHERE message = ?1", -1, &change,
                     nullptr);
  while (sqlite3_step(find) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(find, 1));
    const std::string prepared =
        to_json(client.prepare(v2::RvmRequest::from_json(text).value()).value());
    sqlite3_bind_int64(change, 1, sqlite3_column_int64(find, 0));
    sqlite3_bind_text(change, 2, prepared.c_str(), -1, SQLITE_TRANSIENT);
    if (sqlite3_step(change) != SQLITE_DONE) std::cout << "error in fresh-keys" << std::endl;
    sqlite3_reset(change);
  }
  sqlite3_finalize(find);
  sqlite3_finalize(change);
  sqlite3_close(database);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) return 2;
  support::install_fault_vfs();
  outbox::Options options;
  options.path = words[0];
  options.team_id = "team-1";
  options.policy.require_consent = false;
  options.policy.limits.clear();
  options.now = &calendar;

  std::optional<outbox::Outbox> box;
  const auto opened = [&]() -> const outbox::Outbox& {
    if (!box) {
      auto result = outbox::Outbox::open(options);
      if (!result) {
        say(result.error());
        std::exit(1);
      }
      box.emplace(*std::move(result));
    }
    return *box;
  };
  const auto number = [&](std::size_t index) { return std::atoi(words.at(index).c_str()); };
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& command = words[i];
    if (command == "add") {
      add(opened(), number(i + 1), number(i + 2));
      i += 2;
    } else if (command == "run") {
      run(opened(), words[1]);
    } else if (command == "add-keyed") {
      add_keyed(opened(), number(i + 1), number(i + 2));
      i += 2;
    } else if (command == "run-keyed") {
      run_keyed(opened(), words[1]);
    } else if (command == "clock") {
      epoch = std::stoll(words.at(++i));
    } else if (command == "kill") {
      support::set_disk_fault(support::DiskFault::kills, number(++i));
    } else if (command == "cut") {
      support::set_disk_fault(support::DiskFault::power_cut, number(++i));
    } else if (command == "count") {
      std::cout << "operations " << support::disk_operations() << std::endl;
    } else if (command == "die") {
      stage = words.at(++i);
    } else if (command == "ready-again") {
      break_rules(words[0], ready_again);
    } else if (command == "fresh-keys") {
      give_fresh_keys(words[0]);
    } else {
      return 2;
    }
  }
  std::cout << "end" << std::endl;
  return 0;
}
