#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "support/descriptor.hpp"

namespace dropcowboy::support {

/// A port on 127.0.0.1 and the thread that accepts its connections.
class Listener {
 public:
  enum class Manner {
    accepting,
    refusing,  ///< the port is closed
    ignoring,  ///< nobody answers: the queue of connections is full (Linux)
  };

  /// Gets each connection, non-blocking, on the accepting thread.
  using Handler = std::function<void(Descriptor)>;

  /// `receive_buffer`: bytes, for each connection; 0: the system's.
  explicit Listener(Handler handler, int receive_buffer = 0);
  ~Listener();

  int port() const noexcept { return port_; }

  /// Returns when that is done.
  void become(Manner manner);

  /// Takes the connections that have arrived and ends. May be called again.
  void stop();

 private:
  void run();
  bool obey();
  void accept_all();
  void accept_again();
  void refuse();
  void fill_queue();

  const Handler handler_;
  Descriptor socket_;
  int port_;
  std::vector<Descriptor> fillers_;
  Signal wake_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Manner wanted_ = Manner::accepting;
  Manner manner_ = Manner::accepting;
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace dropcowboy::support
