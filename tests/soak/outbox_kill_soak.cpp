// Sends from an outbox whose process is killed again and again while the service misbehaves, and
// asks the server at the end what it was POSTed.
//
//   outbox_kill_soak DIRECTORY COUNT KILLS [SEED] ["keyed"]
//   outbox_kill_soak DIRECTORY victim URL ["keyed"]     (what it starts, and kills)
//
// Keyed messages go over the v2 API: there it also ends with 1 if one of them is unknown at the
// end, or was not taken exactly once.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/foreign_id.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/v2/client.hpp"
#include "support/fault_server.hpp"
#include "support/moments.hpp"
#include "support/process.hpp"
#include "support/random_faults.hpp"
#include "support/requests.hpp"
#include "support/v2_requests.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header
using outbox::Outbox;
using outbox::State;

Outbox open(const std::string& directory) {
  outbox::Options options;
  options.path = directory + "/outbox.db";
  options.team_id = "team-1";
  options.policy.require_consent = false;
  options.policy.limits.clear();
  return Outbox::open(std::move(options)).value();
}

Client make_client(const std::string& url) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = url;
  options.limits.requests_per_second = 0;
  return Client(std::move(options));
}

v2::Client make_keyed_client(const std::string& url) {
  v2::ClientOptions options;
  options.credentials = {"key-1", "s3cret"};
  options.team_id = "team-1";
  options.base_url = url;
  options.limits.requests_per_second = 0;
  return v2::Client(std::move(options));
}

template <class AnyClient>
int be_victim(const std::string& directory, const AnyClient& client) {
  outbox::RunOptions run;
  run.until_empty = true;
  const Outbox box = open(directory);
  for (;;) {  // a service that says 401 now and then stops a run, and somebody starts it again
    const auto report = box.run(client, run);
    if (report.ok()) return 0;
    if (report.error->kind == ErrorKind::storage) {
      std::cout << *report.error << std::endl;
      return 1;
    }
  }
}

std::string number(std::size_t i) { return "+1" + std::to_string(2'220'000'000ULL + i); }

void fill(const Outbox& box, std::size_t count) {
  std::vector<outbox::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    outbox::Entry& entry = entries.emplace_back();
    entry.request = support::good_request();
    entry.request.foreign_id = new_foreign_id();
    entry.request.phone_number = number(i);
    if (entries.size() < 1'000 && i + 1 < count) continue;
    box.add(entries).value();
    entries.clear();
  }
}

void fill_keyed(const Outbox& box, std::size_t count) {
  std::vector<outbox::KeyedEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    outbox::KeyedEntry& entry = entries.emplace_back();
    entry.request = support::good_v2_request();
    entry.request.foreign_id = new_foreign_id();
    entry.request.to = number(i);
    if (entries.size() < 1'000 && i + 1 < count) continue;
    box.add_keyed(entries).value();
    entries.clear();
  }
}

struct Findings {
  std::map<State, std::size_t> states{};
  std::size_t twice = 0;     ///< may have left two voicemails
  std::size_t unmarked = 0;  ///< POSTed, and would be sent again
  std::size_t invented = 0;  ///< accepted, and never POSTed
  std::size_t repeated = 0;  ///< POSTed more than once
  std::size_t in_doubt = 0;  ///< neither taken once and accepted, nor not taken and held
  std::size_t all = 0;
};

Findings compare(const Outbox& box, const support::Ledger& ledger) {
  Findings findings;
  outbox::Query query;
  query.limit = 10'000;
  for (;;) {
    const auto page = box.list(query).value();
    for (const outbox::Message& message : page.messages) {
      ++findings.all;
      ++findings.states[message.state];
      const int deliveries = ledger.deliveries(message.foreign_id);
      if (deliveries > 1) ++findings.twice;
      if (deliveries > 0 && message.state == State::ready) ++findings.unmarked;
      const bool is_posted = ledger.complete_posts(message.foreign_id) > 0;
      if (message.state == State::accepted && !is_posted) ++findings.invented;
      if (ledger.complete_posts(message.foreign_id) > 1) ++findings.repeated;
      const bool is_held = message.state == State::held && deliveries == 0;
      if (!is_held && (message.state != State::accepted || deliveries != 1)) ++findings.in_doubt;
    }
    if (!page.next) return findings;
    query.after = *page.next;
  }
}

int report(const Findings& findings, std::size_t count, int kills, double seconds, bool is_keyed) {
  std::cout << count << (is_keyed ? " keyed messages, " : " messages, ") << kills << " kills, "
            << seconds << " s\n";
  for (const auto& [state, number] : findings.states) {
    std::cout << to_string(state) << ' ' << number << '\n';
  }
  std::cout << (is_keyed ? "taken twice " : "POSTed twice ") << findings.twice << ", lost "
            << count - findings.all << ", POSTed and ready " << findings.unmarked
            << ", accepted and never POSTed " << findings.invented << std::endl;
  if (is_keyed) {
    std::cout << "POSTed more than once " << findings.repeated << ", in doubt at the end "
              << findings.in_doubt << std::endl;
  }
  const bool is_well = findings.twice + findings.unmarked + findings.invented == 0 &&
                       findings.all == count && findings.states.count(State::sending) == 0;
  return is_well && (!is_keyed || findings.in_doubt == 0) ? 0 : 1;
}

int run(const std::string& program, const std::string& directory, std::size_t count, int kills,
        unsigned seed, bool is_keyed) {
  if (is_keyed) {
    fill_keyed(open(directory), count);
  } else {
    fill(open(directory), count);
  }
  support::FaultServer::Options server_options;
  server_options.other_url = "http://127.0.0.1:1";
  support::FaultServer server(server_options);
  support::Moments moments;
  server.choose(moments.counting(support::random_faults(seed, 100)));
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::string> arguments = {directory, "victim", server.url()};
  if (is_keyed) arguments.emplace_back("keyed");
  const std::size_t step = count / static_cast<std::size_t>(kills + 1);
  int killed = 0;
  for (int round = 0; killed < kills; ++round) {
    support::Process victim(program, arguments, {});
    const bool goes_on = moments.wait_for(moments.count() + step);
    victim.kill();
    if (victim.wait() == -1) ++killed;
    if (!goes_on && round > 10 * kills) break;
  }
  server.behave_well();
  support::Process last(program, arguments, {});
  std::cout << last.read_all();
  last.wait();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!server.finish()) return 1;
  const Outbox box = open(directory);
  if (!box.check_file().value().ok()) return 1;
  return report(compare(box, server.ledger()), count, killed, took.count(), is_keyed);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) return 2;
  const bool is_keyed = words.back() == "keyed";
  if (words[1] == "victim") {
    return is_keyed ? be_victim(words[0], make_keyed_client(words[2]))
                    : be_victim(words[0], make_client(words[2]));
  }
  const std::size_t given = words.size() - (is_keyed ? 1 : 0);
  const unsigned seed = given > 3 ? static_cast<unsigned>(std::stoul(words[3])) : 7;
  const std::string program = std::filesystem::path(argv[0]).replace_extension().string();
  return run(program, words[0], std::stoul(words[1]), std::max(1, std::stoi(words[2])), seed,
             is_keyed);
}
