// Sends from an outbox whose process is killed again and again while the service misbehaves, and
// asks the server at the end what it was POSTed.
//
//   outbox_kill_soak DIRECTORY COUNT KILLS [SEED]
//   outbox_kill_soak DIRECTORY victim URL          (what it starts, and kills)
#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/foreign_id.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "support/fault_server.hpp"
#include "support/moments.hpp"
#include "support/process.hpp"
#include "support/random_faults.hpp"
#include "support/requests.hpp"

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

int be_victim(const std::string& directory, const std::string& url) {
  ClientOptions options;
  options.credentials = {"team-1", "s3cret"};
  options.base_url = url;
  options.limits.requests_per_second = 0;
  const Client client(std::move(options));
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

void fill(const Outbox& box, std::size_t count) {
  std::vector<outbox::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    outbox::Entry& entry = entries.emplace_back();
    entry.request = support::good_request();
    entry.request.foreign_id = new_foreign_id();
    entry.request.phone_number = "+1" + std::to_string(2'220'000'000ULL + i);
    if (entries.size() < 1'000 && i + 1 < count) continue;
    box.add(entries).value();
    entries.clear();
  }
}

struct Findings {
  std::map<State, std::size_t> states{};
  std::size_t twice = 0;     ///< may have left two voicemails
  std::size_t unmarked = 0;  ///< POSTed, and would be sent again
  std::size_t invented = 0;  ///< accepted, and never POSTed
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
    }
    if (!page.next) return findings;
    query.after = *page.next;
  }
}

int report(const Findings& findings, std::size_t count, int kills, double seconds) {
  std::cout << count << " messages, " << kills << " kills, " << seconds << " s\n";
  for (const auto& [state, number] : findings.states) {
    std::cout << to_string(state) << ' ' << number << '\n';
  }
  std::cout << "POSTed twice " << findings.twice << ", lost " << count - findings.all
            << ", POSTed and ready " << findings.unmarked << ", accepted and never POSTed "
            << findings.invented << std::endl;
  const bool is_well = findings.twice + findings.unmarked + findings.invented == 0 &&
                       findings.all == count && findings.states.count(State::sending) == 0;
  return is_well ? 0 : 1;
}

int run(const std::string& program, const std::string& directory, std::size_t count, int kills,
        unsigned seed) {
  fill(open(directory), count);
  support::FaultServer::Options server_options;
  server_options.other_url = "http://127.0.0.1:1";
  support::FaultServer server(server_options);
  support::Moments moments;
  server.choose(moments.counting(support::random_faults(seed, 100)));
  const auto began = std::chrono::steady_clock::now();
  const std::size_t step = count / static_cast<std::size_t>(kills + 1);
  int killed = 0;
  for (int round = 0; killed < kills; ++round) {
    support::Process victim(program, {directory, "victim", server.url()}, {});
    const bool goes_on = moments.wait_for(moments.count() + step);
    victim.kill();
    if (victim.wait() == -1) ++killed;
    if (!goes_on && round > 10 * kills) break;
  }
  server.behave_well();
  support::Process last(program, {directory, "victim", server.url()}, {});
  std::cout << last.read_all();
  last.wait();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!server.finish()) return 1;
  const Outbox box = open(directory);
  if (!box.check_file().value().ok()) return 1;
  return report(compare(box, server.ledger()), count, killed, took.count());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[1] == "victim") return be_victim(words[0], words[2]);
  if (words.size() < 3) return 2;
  const unsigned seed = words.size() > 3 ? static_cast<unsigned>(std::stoul(words[3])) : 7;
  return run(argv[0], words[0], std::stoul(words[1]), std::max(1, std::stoi(words[2])), seed);
}
