// A run on a PostgreSQL database, to be killed, frozen and cut off.
//
//   outbox_postgres_victim DATABASE URL LEASE_MS LIMIT
//     LIMIT: messages to one number in 72 hours; 0: any number
//   Sends both kinds of messages. Ends when nothing is ready any more, nor in doubt; prints what it
//   did.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "crash/victim_clients.hpp"
#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/outbox/postgres.hpp"

namespace {

using namespace dropcowboy;  // a program, not a header

outbox::Options options_of(const std::vector<std::string>& words) {
  outbox::Options options;
  options.engine =
      outbox::postgres({words[0], std::chrono::milliseconds(std::atoi(words[2].c_str()))});
  options.team_id = "team-1";
  options.policy.require_consent = false;
  options.policy.limits.clear();
  const int limit = std::atoi(words[3].c_str());
  if (limit > 0) options.policy.limits = {{limit, std::chrono::hours(72)}};
  return options;
}

/// Whether somebody who looks after a real program would start it again.
bool is_worth_another_try(const Error& error) {
  const auto runtime = Runtime::system();
  if (error.transient) {
    runtime->wait_until(runtime->now() + std::chrono::milliseconds(20), CancelToken::never());
  }
  return error.transient || error.kind != ErrorKind::storage;  // a 401 now and then
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() != 4) return 2;
  ClientOptions usual = support::victim_client_options(words[1]);
  usual.attempt_timeout = std::chrono::seconds(5);  // where the service is silent
  const Client client(usual);
  const v2::Client keyed_client(support::victim_keyed_options(usual));
  outbox::RunOptions run;
  run.until_idle = words[3] != "0";
  run.until_empty = words[3] == "0";
  run.max_unanswered = 32;
  run.poll_every = std::chrono::milliseconds(20);
  for (;;) {
    const auto box = outbox::Outbox::open(options_of(words));
    outbox::RunReport report;
    if (!box) report.error = box.error();
    if (box) report = box->run(client, keyed_client, run);
    if (report.ok()) break;
    if (is_worth_another_try(*report.error)) continue;
    std::cout << *report.error << std::endl;
    return 1;
  }
  std::cout << "end" << std::endl;
}
