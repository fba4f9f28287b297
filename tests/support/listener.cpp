#include "support/listener.hpp"

#include <stdexcept>
#include <utility>

namespace dropcowboy::support {

namespace {

Descriptor bound_socket(int port) {
  Descriptor made = new_socket();
  platform::claim_port(made.get());
  const sockaddr_in address = loopback(port);
  checked(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  return made;
}

void listen_on(const Descriptor& socket) {
  make_nonblocking(socket);
  checked(::listen(socket.get(), 128), "listen");
}

Descriptor listening_socket(int receive_buffer) {
  Descriptor made = bound_socket(0);
  if (receive_buffer > 0 &&
      !platform::set_option(made.get(), SOL_SOCKET, SO_RCVBUF, receive_buffer)) {
    fail("SO_RCVBUF");
  }
  listen_on(made);
  return made;
}

}  // namespace

Listener::Listener(Handler handler, int receive_buffer)
    : handler_(std::move(handler)),
      socket_(listening_socket(receive_buffer)),
      port_(platform::port_of(socket_.get())),
      thread_([this] { run(); }) {}

Listener::~Listener() { stop(); }

void Listener::become(Manner manner) {
  std::unique_lock lock(mutex_);
  wanted_ = manner;
  wake_.raise();
  changed_.wait(lock, [&] { return manner_ == manner || ended_; });
}

void Listener::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.raise();
  }
  if (thread_.joinable()) thread_.join();
}

void Listener::run() {
  for (bool going_on = true; going_on;) {
    const bool accepts = manner_ == Manner::accepting;
    pollfd set[] = {{accepts ? socket_.get() : platform::no_socket, POLLIN, 0},
                    {wake_.socket(), POLLIN, 0}};
    poll_all(set);
    going_on = obey();  // first, so that what had connected when stop() was called is accepted
    if (manner_ == Manner::accepting) accept_all();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

/// False if it is time to end.
bool Listener::obey() {
  const std::lock_guard lock(mutex_);
  wake_.lower();
  if (wanted_ != manner_) {
    switch (wanted_) {
      case Manner::accepting: accept_again(); break;
      case Manner::refusing: refuse(); break;
      case Manner::ignoring: fill_queue(); break;
    }
    manner_ = wanted_;
    changed_.notify_all();
  }
  return !stopping_;
}

void Listener::accept_all() {
  while (true) {
    Descriptor connection(::accept(socket_.get(), nullptr, nullptr));
    if (!connection) return;
    make_nonblocking(connection);
    platform::set_option(connection.get(), IPPROTO_TCP, TCP_NODELAY);
    handler_(std::move(connection));
  }
}

void Listener::accept_again() {
  fillers_.clear();
  listen_on(socket_);
}

/// A bound socket that does not listen refuses connections and keeps the port from others.
void Listener::refuse() {
  socket_.close();
  socket_ = bound_socket(port_);
}

/// With one connection in a queue for none, Linux leaves every further SYN without an answer.
void Listener::fill_queue() {
  checked(::listen(socket_.get(), 0), "listen");
  const sockaddr_in address = loopback(port_);
  for (int i = 0; i < 4; ++i) {
    Descriptor filler = new_socket();
    make_nonblocking(filler);
    ::connect(filler.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    fillers_.push_back(std::move(filler));
  }
  pollfd arrival[] = {{socket_.get(), POLLIN, 0}};
  poll_all(arrival, 10'000);
  if (arrival[0].revents == 0) throw std::runtime_error("the queue of connections stays empty");
}

}  // namespace dropcowboy::support
