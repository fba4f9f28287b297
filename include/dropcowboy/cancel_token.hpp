#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "dropcowboy/export.hpp"

namespace dropcowboy {

/// A switch that stops sends from another thread. Copies share one switch; it cannot be reset.
/// All members are thread-safe.
class DROPCOWBOY_API CancelToken {
 public:
  /// A switch of its own, not yet thrown.
  CancelToken();
  /// One that nobody can throw; costs nothing.
  static CancelToken never() noexcept { return CancelToken(nullptr); }

  /// Stops every send that holds a copy: a blocked one returns within about 50 ms with the truth
  /// about what had left by then. Calling it again does nothing. Not for signal handlers.
  void cancel() const;
  /// Whether cancel() has been called, on this or any copy.
  bool cancelled() const noexcept;

  /// Keeps a function registered for as long as it lives. Once the destructor has returned, the
  /// function neither runs nor will run.
  class DROPCOWBOY_API Registration {
   public:
    /// Registers nothing.
    Registration() = default;
    /// Takes over what the other one registered.
    Registration(Registration&&) noexcept;
    /// Unregisters its own function first.
    Registration& operator=(Registration&&) noexcept;
    ~Registration();

   private:
    friend class CancelToken;
    struct Entry;
    std::shared_ptr<Entry> entry_{};
  };

  /// Calls `wake` once, on the thread that cancels (or here and now, if that has happened already).
  /// It must be quick and must not throw, nor touch this token. For transports that block.
  [[nodiscard]] Registration on_cancel(std::function<void()> wake) const;

 private:
  struct State;
  explicit CancelToken(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<State> state_;
};

}  // namespace dropcowboy
