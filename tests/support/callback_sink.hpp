#pragma once

#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dropcowboy::support {

/// Receives callbacks on an ephemeral loopback port, for as long as it lives. Thread-safe.
class CallbackSink {
 public:
  CallbackSink() {
    server_.set_tcp_nodelay(true);
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      receive(request, response);
    });
    // stop() has no effect before the server's loop runs, which is when it asks for this.
    const auto running = std::make_shared<std::promise<void>>();
    server_.new_task_queue = [running] {
      running->set_value();
      return new httplib::ThreadPool(4);
    };
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    running->get_future().wait();
  }
  CallbackSink(const CallbackSink&) = delete;
  CallbackSink& operator=(const CallbackSink&) = delete;
  ~CallbackSink() {
    release();
    server_.stop();
    thread_.join();
  }

  std::string url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port_) + "/results?from=test";
  }

  /// What every callback is answered with; before the first one. Default 200.
  void answer_with(int status) { status_ = status; }

  /// From now on answers are held back until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    holding_ = false;
    changed_.notify_all();
  }

  /// Blocks until there are `count` callbacks, 20 s at most; everything that has come, in order.
  std::vector<httplib::Request> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return received_.size() >= count; });
    return received_;
  }

 private:
  void receive(const httplib::Request& request, httplib::Response& response) {
    std::unique_lock lock(mutex_);
    received_.push_back(request);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !holding_; });
    response.status = status_;
  }

  httplib::Server server_;
  int port_ = 0;
  int status_ = 200;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool holding_ = false;
  std::vector<httplib::Request> received_;
};

}  // namespace dropcowboy::support
