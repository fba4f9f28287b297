// Receives delivery callbacks over HTTP and prints what became of each voicemail.
//
//   receive_callbacks [port]        (default 8080; 0 takes any free one)
//
// Ends on Ctrl-C. Put it behind a proxy that speaks https, and give the service an address that is
// hard to guess: callbacks of the v1 API are not signed.
#include <httplib.h>
#include <pthread.h>

#include <csignal>
#include <cstdlib>
#include <dropcowboy/webhook.hpp>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

void print(const dropcowboy::Webhook& event) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::cout << event.foreign_id.value_or("(no foreign_id)") << ": ";
  if (event.delivered()) {
    std::cout << "delivered, $" << to_string(event.total_cost());
  } else {
    std::cout << event.reason << ", advice: " << to_string(event.advice());
  }
  std::cout << std::endl;
}

void receive(const httplib::Request& request, httplib::Response& response) {
  const auto event = dropcowboy::Webhook::parse(request.body);
  response.status = event ? 200 : 400;
  if (!event) {
    std::cerr << event.error() << '\n';
    return;
  }
  print(*event);  // quick; hand longer work to a thread of your own, so that the answer is not late
}

}  // namespace

int main(int argc, char** argv) {
  // Threads started from here on leave these signals to sigwait() below.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  httplib::Server server;
  server.set_payload_max_length(64 * 1024);
  server.set_tcp_nodelay(true);
  server.Post("/.*", receive);

  int port = argc > 1 ? std::atoi(argv[1]) : 8080;
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    port = -1;
  }
  if (port <= 0) {
    std::cerr << "cannot listen on that port\n";
    return 1;
  }
  std::thread listener([&server] { server.listen_after_bind(); });
  std::cout << "listening on http://127.0.0.1:" << port << "/" << std::endl;

  int signal = 0;
  sigwait(&stop_signals, &signal);
  while (!server.is_running()) std::this_thread::yield();  // stop() would be missed before that
  server.stop();
  listener.join();
}
