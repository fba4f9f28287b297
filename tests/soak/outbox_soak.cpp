// Measures an outbox: how fast, at what cost, and how large.
//
//   outbox_soak DIRECTORY fill COUNT     adds so many messages, and ends as if killed
//   outbox_soak DIRECTORY restart        opens, and runs until the first message is marked
//   outbox_soak DIRECTORY run COUNT [THREADS]   adds and sends, while a reader never ends, with
//                                               callbacks from so many threads; 0: without
//   outbox_soak DIRECTORY plain COUNT    the same messages with send_async alone
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/foreign_id.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "soak/outbox_load.hpp"
#include "support/fault_server.hpp"
#include "support/requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header
using namespace support;

std::size_t resident_mib() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  statm >> pages >> pages;
  return pages * 4096 / (1024 * 1024);
}

/// What this disk takes to make a small write durable: the median, in milliseconds.
double fsync_ms(const std::string& directory) {
  const std::string path = directory + "/fsync";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 100; ++i) {
    const auto began = Clock::now();
    if (::pwrite(file, block.data(), block.size(), i * 4096) < 0) return -1;
    ::fdatasync(file);
    times.push_back(seconds_since(began) * 1'000);
  }
  ::close(file);
  std::filesystem::remove(path);
  std::sort(times.begin(), times.end());
  return times[50];
}

outbox::Outbox open(const std::string& directory) {
  outbox::Options options;
  options.path = directory + "/outbox.db";
  options.team_id = "team-1";
  options.policy.require_consent = false;
  return outbox::Outbox::open(std::move(options)).value();
}

void fill(const outbox::Outbox& box, std::size_t count) {
  std::vector<outbox::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    outbox::Entry& entry = entries.emplace_back();
    entry.request = support::good_request();
    entry.request.foreign_id = new_foreign_id();
    entry.request.phone_number = number_of(i);
    if (entries.size() < 1'000 && i + 1 < count) continue;
    box.add(entries).value();
    entries.clear();
  }
}

Client client_of(const support::FaultServer& server) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = server.url();
  options.limits.requests_per_second = 0;
  return Client(std::move(options));
}

/// What the server read, message by message.
struct Posts {
  std::size_t twice = 0;
  std::size_t never = 0;
};

Posts count_posts(const outbox::Outbox& box, const support::Ledger& ledger) {
  Posts posts;
  outbox::Query query;
  for (;;) {
    const auto page = box.list(query).value();
    for (const outbox::Message& message : page.messages) {
      const int times = ledger.complete_posts(message.foreign_id);
      if (times > 1) ++posts.twice;
      if (times == 0) ++posts.never;
    }
    if (!page.next) return posts;
    query.after = *page.next;
  }
}

int run(const std::string& directory, std::size_t count, int callback_threads) {
  std::cout << "fsync (median)        " << fsync_ms(directory) << " ms\n";
  const outbox::Outbox box = open(directory);
  auto began = Clock::now();
  double used = processor_time();
  fill(box, count);
  const auto per_message = [&](double seconds) {
    return seconds * 1e6 / static_cast<double>(count);
  };
  std::cout << "added                 " << static_cast<double>(count) / seconds_since(began)
            << "/s, " << per_message(processor_time() - used) << " us each\n";

  std::mutex mutex;
  std::condition_variable progress;
  std::size_t changes = 0;         // under mutex
  std::size_t wanted_changes = 0;  // the same: when the reader goes on
  bool reading = true;             // the same
  double reader_time = 0;          // of a processor; the reader's until it has ended
  std::atomic<std::uintmax_t> largest_log{0};
  std::thread reader([&] {
    constexpr std::size_t changes_per_page = 100;
    outbox::Query query;
    for (;;) {
      {
        std::unique_lock lock(mutex);
        progress.wait(lock, [&] { return changes >= wanted_changes || !reading; });
        wanted_changes += changes_per_page;
        if (!reading) break;
      }
      const auto page = box.list(query).value();
      query.after = page.next.value_or(0);
      std::error_code ignored;
      largest_log = std::max(largest_log.load(),
                             std::filesystem::file_size(directory + "/outbox.db-wal", ignored));
    }
    reader_time = processor_time(RUSAGE_THREAD);
  });
  support::FaultServer server;
  const Client client = client_of(server);
  Callbacks callbacks(box, callback_threads);
  outbox::RunOptions options;
  options.until_idle = true;
  options.on_change = [&](const outbox::Change& change) {
    if (callback_threads > 0 && change.state == outbox::State::accepted)
      callbacks.come(change.foreign_id);
    const std::lock_guard lock(mutex);
    if (++changes == wanted_changes) progress.notify_one();
    if (changes % (count / 5 + 1) == 0)
      std::cout << "memory                " << resident_mib() << " MiB\n";
  };
  began = Clock::now();
  used = processor_time();
  const outbox::RunReport report = box.run(client, options);
  const double ran = seconds_since(began);
  callbacks.finish();
  const double with_callbacks = seconds_since(began);
  {
    const std::lock_guard lock(mutex);
    reading = false;
    progress.notify_one();
  }
  reader.join();
  const outbox::Status status = box.status().value();
  if (report.error) std::cout << *report.error << '\n';
  std::cout << "sent                  " << static_cast<double>(report.accepted) / ran << "/s\n"
            << "... and called back   " << static_cast<double>(count) / with_callbacks << "/s\n"
            << "processor time        " << per_message(processor_time() - used - reader_time)
            << " us each, server and callbacks included; the reader's " << per_message(reader_time)
            << " us\n"
            << "messages in a commit  "
            << static_cast<double>(count) * 3 / static_cast<double>(status.commits) << '\n'
            << "commit p99            " << static_cast<double>(status.commit_p99.count()) / 1e3
            << " ms\n"
            << "largest log           " << largest_log / (1024 * 1024) << " MiB, "
            << status.checkpoints << " checkpoints, " << status.checkpoints_blocked << " blocked\n"
            << "file                  "
            << std::filesystem::file_size(directory + "/outbox.db") / count << " bytes each\n"
            << "delivered             " << status.count(outbox::State::delivered) << '\n';
  server.finish();
  const Posts posts = count_posts(box, server.ledger());
  std::cout << "POSTed twice          " << posts.twice << "\nnever POSTed          " << posts.never
            << '\n';
  return report.accepted == count && posts.twice + posts.never == 0 ? 0 : 1;
}

int plain(std::size_t count) {
  support::FaultServer server;
  const Client client = client_of(server);
  const auto began = Clock::now();
  const double used = processor_time();
  for (std::size_t i = 0; i < count; ++i) {
    RvmRequest request = support::good_request();
    request.foreign_id = new_foreign_id();
    request.phone_number = number_of(i);
    client.send_async(request, [](const Result<Receipt>&) {});
  }
  client.drain(std::chrono::hours(1));
  std::cout << "send_async alone      " << static_cast<double>(count) / seconds_since(began)
            << "/s, " << (processor_time() - used) * 1e6 / static_cast<double>(count)
            << " us each, server included\n";
  return 0;
}

int restart(const std::string& directory) {
  auto began = Clock::now();
  const outbox::Outbox box = open(directory);
  std::cout << "opened after          " << seconds_since(began) << " s\n";
  support::FaultServer server;
  const Client client = client_of(server);
  outbox::RunOptions options;
  options.stop = CancelToken();
  bool first = true;
  options.on_change = [&](const outbox::Change&) {
    if (first) std::cout << "first answer after    " << seconds_since(began) << " s" << std::endl;
    first = false;
    options.stop.cancel();
  };
  const auto report = box.run(client, options);
  if (report.error) std::cout << *report.error << '\n';
  return first ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::size_t count = words.size() > 2 ? std::stoul(words[2]) : 0;
  if (words.size() > 1 && words[1] == "restart") return restart(words[0]);
  if (count == 0) return 2;
  constexpr int default_threads = 32;
  const int threads = words.size() > 3 ? std::stoi(words[3]) : default_threads;
  if (words[1] == "run") return run(words[0], count, threads);
  if (words[1] == "plain") return plain(count);
  if (words[1] != "fill") return 2;
  const outbox::Outbox box = open(words[0]);
  fill(box, count);
  ::_exit(9);
}
