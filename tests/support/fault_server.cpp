#include "support/fault_server.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace dropcowboy::support {

FaultServer::FaultServer() : FaultServer(Options()) {}

FaultServer::FaultServer(Options options)
    : options_(std::move(options)),
      house_{hang_up_,
             ledger_,
             options_.other_url,
             [this](Moment moment) { return next(moment); },
             [this](Certificate certificate) { return tls(certificate); },
             [this](Listener::Manner manner) { listener_.become(manner); }},
      listener_([this](Descriptor connection) { welcome(std::move(connection)); },
                options_.receive_buffer) {}

FaultServer::~FaultServer() { finish(); }

std::string FaultServer::url() const {
#ifdef _WIN32  // libcurl 7.88 with Schannel finds no addresses in a certificate
  const char* secure = "https://localhost:";
#else
  const char* secure = "https://127.0.0.1:";
#endif
  return (options_.certificates != nullptr ? secure : "http://127.0.0.1:") +
         std::to_string(listener_.port());
}

void FaultServer::behave_well() {
  choose(nullptr);
  listener_.become(Listener::Manner::accepting);
}

void FaultServer::always(const Fault& fault) {
  if (!strikes_at(fault, Moment::request)) close_idle();
  if (fault.point == Point::listener) {
    listener_.become(fault.then == Then::refuse ? Listener::Manner::refusing
                                                : Listener::Manner::ignoring);
  } else {
    choose([fault](Moment) { return &fault; });
  }
}

void FaultServer::script(std::vector<Fault> faults) {
  for (const Fault& fault : faults) {
    if (fault.point == Point::listener) throw std::invalid_argument(fault.name);
    if (fault.point == Point::handshake) close_idle();
  }
  choose([faults = std::move(faults), at = std::size_t{0}](Moment moment) mutable {
    const bool strikes = at < faults.size() && strikes_at(faults[at], moment);
    return strikes ? &faults[at++] : nullptr;
  });
}

void FaultServer::choose(Chooser chooser) {
  const std::lock_guard lock(mutex_);
  chooser_ = std::move(chooser);
}

bool FaultServer::finish() {
  listener_.stop();
  stop_.raise();
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
  return !failed_;
}

void FaultServer::welcome(Descriptor connection) {
  ledger_.add_connection();
  const std::lock_guard lock(mutex_);
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    const bool done = worker->done;
    if (done) worker->thread.join();
    worker = done ? workers_.erase(worker) : std::next(worker);
  }
  Worker& worker = workers_.emplace_back();
  worker.thread = std::thread(
      [this, &worker, taken = std::move(connection)]() mutable { work(std::move(taken), worker); });
}

void FaultServer::work(Descriptor connection, Worker& worker) {
  block_sigpipe();
  try {
    serve(Wire(std::move(connection), stop_), house_);
  } catch (...) {
    failed_ = true;
  }
  const std::lock_guard lock(mutex_);
  worker.done = true;
  worker_done_.notify_all();
}

/// Copied, so that it lasts when the behaviour changes in the middle of an exchange.
std::optional<Fault> FaultServer::next(Moment moment) {
  const std::lock_guard lock(mutex_);
  const Fault* fault = chooser_ ? chooser_(moment) : nullptr;
  if (fault == nullptr || !strikes_at(*fault, moment)) return std::nullopt;
  return *fault;
}

namespace {

/// Lets a server speak what OpenSSL refuses to speak nowadays.
bool limit_tls(SSL_CTX* context, int max_version) {
  if (max_version == 0 || max_version >= TLS1_2_VERSION) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, max_version) == 1;
  }
  SSL_CTX_set_security_level(context, 0);
  return SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
         SSL_CTX_set_max_proto_version(context, max_version) == 1 &&
         SSL_CTX_set_cipher_list(context, "DEFAULT@SECLEVEL=0") == 1;
}

}  // namespace

/// Each certificate has its own context, so that no session is resumed under another one.
SSL_CTX* FaultServer::tls(Certificate certificate) {
  if (options_.certificates == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  auto& context = tls_[certificate];
  if (context) return context.get();
  const std::string file = options_.certificates->server_file(certificate);
  context.reset(SSL_CTX_new(TLS_server_method()));
  if (!context || !limit_tls(context.get(), options_.max_tls_version) ||
      SSL_CTX_use_certificate_file(context.get(), file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), file.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("OpenSSL does not take " + file);
  }
  return context.get();
}

void FaultServer::close_idle() {
  hang_up_.raise();
  std::unique_lock lock(mutex_);
  const auto all_done = [this] {
    return std::all_of(workers_.begin(), workers_.end(),
                       [](const Worker& worker) { return worker.done; });
  };
  if (!worker_done_.wait_for(lock, std::chrono::seconds(30), all_done)) {
    throw std::runtime_error("a connection is busy");
  }
  hang_up_.lower();
}

}  // namespace dropcowboy::support
