#pragma once

#include <memory>
#include <string>

#include "dropcowboy/export.hpp"

namespace dropcowboy::testing {

/// A callback or webhook that a receiver got, and what came of it there.
struct ReceivedCallback {
  /// As it came.
  std::string body{};
  /// The HTTP status that it was answered with.
  int answered_status = 200;
  /// Who vouches for it, such as "signature"; empty for nobody.
  std::string vouched_by{};
  /// It came before, and nothing was done about it again.
  bool duplicate = false;
  /// Why it was refused; empty if it was not.
  std::string refused_for{};
};

/// Settings of a CallbackPage.
struct CallbackPageOptions {
  /// The loopback port of the page. Default 0: any free one.
  int port = 0;
};

/// A page that shows people the callbacks which a receiver gets, as they come: the page of a
/// Simulator (SimulatorOptions::page) without what only a simulator can do. `dropcowboy listen` has
/// one. It receives nothing itself, and asks nobody whether a callback is genuine: the receiver
/// says so to add().
///
/// It keeps the last 20,000 callbacks, of 64 MiB in all. It is served on 127.0.0.1, and to its own
/// pages only: a request with another Host or Origin is answered 403. Texts of callbacks are never
/// interpreted as HTML.
///
/// All members are thread-safe. Listens until destroyed.
class DROPCOWBOY_API CallbackPage {
 public:
  /// Throws Exception (configuration) if it cannot listen.
  explicit CallbackPage(CallbackPageOptions options = {});
  CallbackPage(const CallbackPage&) = delete;
  CallbackPage& operator=(const CallbackPage&) = delete;
  ~CallbackPage();

  /// Where the page is: "http://127.0.0.1:PORT/".
  std::string url() const;
  /// What the page says to send with: the callback_url that leads to the receiver.
  void set_callback_url(std::string url);
  /// Shows one more, at once. Waits for nobody.
  void add(const ReceivedCallback& callback);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy::testing
