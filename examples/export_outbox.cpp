// Sends from an outbox for as long as it runs, and serves the outbox's figures to Prometheus.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   export_outbox FILE [port]        (default 9465; 0 takes any free one)
//
// Fill the file with `dropcowboy outbox import`, or a program of yours. Ends on Ctrl-C.
#include <httplib.h>

#include <cstdlib>
#include <dropcowboy/outbox/outbox.hpp>
#include <exception>
#include <iostream>
#include <sstream>
#include <thread>

#include "stop_signal.hpp"

namespace {

namespace outbox = dropcowboy::outbox;
using outbox::Refusal;
using outbox::State;

/// Alert on the age of what is due, and on every gauge that says so.
void write_gauges(std::ostream& out, const outbox::Status& status) {
  out << "# TYPE dropcowboy_outbox_messages gauge\n";
  for (const State state : outbox::all_states) {
    out << "dropcowboy_outbox_messages{state=\"" << to_string(state) << "\"} "
        << status.count(state) << '\n';
  }
  out << "# TYPE dropcowboy_outbox_refused gauge\n";
  for (const Refusal why : outbox::all_refusals) {
    out << "dropcowboy_outbox_refused{reason=\"" << to_string(why) << "\"} " << status.count(why)
        << '\n';
  }
  const auto oldest = status.oldest_due_age.value_or(std::chrono::milliseconds(0));
  out << "# HELP dropcowboy_outbox_oldest_due_age_seconds Alert: it only grows if nothing is "
         "sent.\n"
         "# TYPE dropcowboy_outbox_oldest_due_age_seconds gauge\n"
      << "dropcowboy_outbox_oldest_due_age_seconds "
      << std::chrono::duration<double>(oldest).count() << '\n'
      << "# HELP dropcowboy_outbox_to_be_repeated Keyed messages in doubt, which are sent again.\n"
         "# TYPE dropcowboy_outbox_to_be_repeated gauge\n"
      << "dropcowboy_outbox_to_be_repeated " << status.to_be_repeated << '\n'
      << "# HELP dropcowboy_outbox_unknown_past_72_hours Alert: a person has to decide.\n"
         "# TYPE dropcowboy_outbox_unknown_past_72_hours gauge\n"
      << "dropcowboy_outbox_unknown_past_72_hours " << status.unknown_past_72_hours << '\n'
      << "# HELP dropcowboy_outbox_needs_adoption Alert: the file is a copy, nothing is sent.\n"
         "# TYPE dropcowboy_outbox_needs_adoption gauge\n"
      << "dropcowboy_outbox_needs_adoption " << (status.needs_adoption ? 1 : 0) << '\n'
      << "# TYPE dropcowboy_outbox_running gauge\n"
      << "dropcowboy_outbox_running " << (status.running ? 1 : 0) << '\n'
      << "# TYPE dropcowboy_outbox_breaker_open gauge\n"
      << "dropcowboy_outbox_breaker_open " << (status.breaker_open ? 1 : 0) << '\n'
      << "# TYPE dropcowboy_outbox_commit_p99_seconds gauge\n"
      << "dropcowboy_outbox_commit_p99_seconds "
      << std::chrono::duration<double>(status.commit_p99).count() << '\n'
      << "# TYPE dropcowboy_outbox_log_pages gauge\n"
      << "dropcowboy_outbox_log_pages " << status.wal_pages << '\n';
}

/// Of this process, from its start on.
void write_counters(std::ostream& out, const outbox::Status& status) {
  out << "# TYPE dropcowboy_outbox_marks_total counter\n"
      << "dropcowboy_outbox_marks_total " << status.marks << '\n'
      << "# TYPE dropcowboy_outbox_commits_total counter\n"
      << "dropcowboy_outbox_commits_total " << status.commits << '\n'
      << "# TYPE dropcowboy_outbox_commit_requests_total counter\n"
      << "dropcowboy_outbox_commit_requests_total " << status.commit_requests << '\n'
      << "# HELP dropcowboy_outbox_callbacks_total Alert on for_unsent: a copy of the file is in "
         "use.\n"
         "# TYPE dropcowboy_outbox_callbacks_total counter\n"
      << "dropcowboy_outbox_callbacks_total{kind=\"matched\"} " << status.callbacks_matched << '\n'
      << "dropcowboy_outbox_callbacks_total{kind=\"unmatched\"} " << status.callbacks_unmatched
      << '\n'
      << "dropcowboy_outbox_callbacks_total{kind=\"contradictory\"} "
      << status.callbacks_contradictory << '\n'
      << "dropcowboy_outbox_callbacks_total{kind=\"for_unsent\"} " << status.callbacks_for_unsent
      << '\n'
      << "# HELP dropcowboy_outbox_checkpoints_total Alert on failed: the disk.\n"
         "# TYPE dropcowboy_outbox_checkpoints_total counter\n"
      << "dropcowboy_outbox_checkpoints_total{result=\"done\"} " << status.checkpoints << '\n'
      << "dropcowboy_outbox_checkpoints_total{result=\"blocked\"} " << status.checkpoints_blocked
      << '\n'
      << "dropcowboy_outbox_checkpoints_total{result=\"failed\"} " << status.checkpoints_failed
      << '\n';
}

void answer(const outbox::Outbox& box, httplib::Response& response) {
  const auto status = box.status();
  if (!status) {
    response.status = 503;  // the scrape fails, which is an alert of its own
    return;
  }
  std::ostringstream out;
  write_gauges(out, *status);
  write_counters(out, *status);
  response.set_content(out.str(), "text/plain; version=0.0.4");
}

}  // namespace

int main(int argc, char** argv) try {
  const StopSignal stop_signal;

  if (argc < 2) return std::cerr << "export_outbox FILE [port]\n", 2;
  auto client_options = dropcowboy::ClientOptions::from_environment().value();
  outbox::Options options;
  options.path = argv[1];
  options.team_id = client_options.credentials.team_id;
  const auto box = outbox::Outbox::open(options).value();
  const dropcowboy::Client client(std::move(client_options));

  httplib::Server server;
  server.Get("/metrics", [&box](const httplib::Request&, httplib::Response& response) {
    answer(box, response);
  });
  int port = argc > 2 ? std::atoi(argv[2]) : 9465;
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    port = -1;
  }
  if (port <= 0) return std::cerr << "cannot listen on that port\n", 1;
  std::thread serving([&server] { server.listen_after_bind(); });
  std::cout << "http://127.0.0.1:" << port << "/metrics" << std::endl;

  outbox::RunOptions run;
  run.stop = dropcowboy::CancelToken();
  run.on_change = [](const outbox::Change& change) {
    std::cout << change.foreign_id << ": " << to_string(change.state) << std::endl;
  };
  std::thread sending([&] {
    const outbox::RunReport report = box.run(client, run);
    if (!report.ok()) std::cerr << *report.error << std::endl;
  });

  stop_signal.wait();
  run.stop.cancel();
  sending.join();
  while (!server.is_running()) std::this_thread::yield();  // a stop() before that goes unheard
  server.stop();
  serving.join();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
