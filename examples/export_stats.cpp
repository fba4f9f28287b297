// Sends in the background and serves the client's figures to Prometheus.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   export_stats [port [phone number]...]        (default 9464; 0 takes any free port)
//
// Without a number it sends to one that the service simulates and that reaches nobody. Send only to
// people who agreed to it. Ends on Ctrl-C.
#include <httplib.h>

#include <cstdlib>
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>
#include <sstream>
#include <thread>

#include "stop_signal.hpp"

namespace {

using dropcowboy::Stats;

/// In the text format that Prometheus reads. Alert on sends that are unknown or not_sent, and on a
/// queue that only grows.
std::string metrics(const Stats& stats) {
  std::ostringstream out;
  out << "# HELP dropcowboy_sends_total Sends by what became of them.\n"
         "# TYPE dropcowboy_sends_total counter\n"
      << "dropcowboy_sends_total{outcome=\"accepted\"} " << stats.accepted << '\n'
      << "dropcowboy_sends_total{outcome=\"rejected\"} " << stats.rejected << '\n'
      << "dropcowboy_sends_total{outcome=\"unknown\"} " << stats.unknown << '\n'
      << "dropcowboy_sends_total{outcome=\"not_sent\"} " << stats.not_sent << '\n'
      << "# TYPE dropcowboy_retries_total counter\n"
      << "dropcowboy_retries_total " << stats.retries << '\n'
      << "# TYPE dropcowboy_connections_opened_total counter\n"
      << "dropcowboy_connections_opened_total " << stats.connections_opened << '\n'
      << "# TYPE dropcowboy_queued_sends gauge\n"
      << "dropcowboy_queued_sends " << stats.queued << '\n'
      << "# TYPE dropcowboy_attempts_in_flight gauge\n"
      << "dropcowboy_attempts_in_flight " << stats.in_flight << '\n'
      << "# HELP dropcowboy_breaker_open Whether nothing new is started, because the service "
         "fails.\n"
         "# TYPE dropcowboy_breaker_open gauge\n"
      << "dropcowboy_breaker_open " << (stats.breaker_open ? 1 : 0) << '\n'
      << "# TYPE dropcowboy_breaker_opened_total counter\n"
      << "dropcowboy_breaker_opened_total " << stats.breaker_opened << '\n';
  return out.str();
}

void send(const dropcowboy::Client& client, const std::string& phone_number) {
  dropcowboy::RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";  // yours, from the trust center
  request.phone_number = phone_number;
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";  // yours, recordings tab
  request.forwarding_number = "+15557654321";                     // where replies go
  client.send_async(request, [](const dropcowboy::Result<dropcowboy::Receipt>& result) {
    if (!result) std::cerr << result.error() << '\n';
  });
}

}  // namespace

int main(int argc, char** argv) try {
  const StopSignal stop_signal;

  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());
  httplib::Server server;
  server.Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics(client.stats()), "text/plain; version=0.0.4");
  });
  int port = argc > 1 ? std::atoi(argv[1]) : 9464;
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    port = -1;
  }
  if (port <= 0) {
    std::cerr << "cannot listen on that port\n";
    return 1;
  }
  std::thread serving([&server] { server.listen_after_bind(); });
  std::cout << "http://127.0.0.1:" << port << "/metrics" << std::endl;

  for (int i = 2; i < argc; ++i) send(client, argv[i]);
  if (argc <= 2) send(client, "+15550010001");
  client.drain(std::chrono::minutes(1));
  std::cout << "all done; Ctrl-C ends" << std::endl;

  stop_signal.wait();
  while (!server.is_running()) std::this_thread::yield();  // a stop() before that goes unheard
  server.stop();
  serving.join();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
