#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/fault_session.hpp"
#include "support/faults.hpp"
#include "support/ledger.hpp"
#include "support/test_certificates.hpp"

namespace dropcowboy::support {

/// Plays the service over HTTP/1.1 on an ephemeral port of 127.0.0.1, well or with a fault, and
/// keeps a ledger of what it read. A thread per connection; all members are thread-safe.
class FaultServer {
 public:
  struct Options {
    const TestCertificates* certificates = nullptr;  ///< null: plain HTTP
    std::string other_url{};                         ///< where redirects lead
    int max_tls_version = 0;  ///< OpenSSL's number; below TLS 1.2 all security is lowered to match
    int receive_buffer = 0;   ///< bytes, of each connection; 0: the system's
  };
  /// Asked at every Moment, by one thread at a time. Null, or a fault that strikes elsewhere, means
  /// to behave well.
  using Chooser = std::function<const Fault*(Moment)>;

  FaultServer();
  explicit FaultServer(Options options);
  ~FaultServer();

  /// "http://127.0.0.1:port", or https.
  std::string url() const;
  int port() const noexcept { return listener_.port(); }

  /// Answers every request, and every connection again.
  void behave_well();
  /// Closes the connections that wait for a request, in good order; returns when that is done.
  void close_idle();
  /// Before a fault that strikes connections, those that wait for a request are closed.
  void always(const Fault& fault);
  /// The next connections and requests meet these in order, each the next one that it can strike;
  /// then all goes well. A fault of the listener cannot be in a script.
  void script(std::vector<Fault> faults);
  /// Faults of the listener are not for choosing.
  void choose(Chooser chooser);

  const Ledger& ledger() const noexcept { return ledger_; }
  Ledger& ledger() noexcept { return ledger_; }

  /// Reads what has arrived, then ends everything: the ledger is final. False if something went
  /// wrong in the server itself.
  bool finish();

 private:
  struct SslContextDeleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  struct Worker {
    std::thread thread;
    bool done = false;
  };

  void welcome(Descriptor connection);
  void work(Descriptor connection, Worker& worker);
  std::optional<Fault> next(Moment moment);
  SSL_CTX* tls(Certificate certificate);

  const Options options_;
  std::map<Certificate, std::unique_ptr<SSL_CTX, SslContextDeleter>> tls_;
  Ledger ledger_;
  Signal stop_;
  Signal hang_up_;
  const House house_;
  std::atomic<bool> failed_{false};

  std::mutex mutex_;
  std::condition_variable worker_done_;
  Chooser chooser_;
  std::list<Worker> workers_;
  Listener listener_;  // last: its thread uses all of the above
};

}  // namespace dropcowboy::support
