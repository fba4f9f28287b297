#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace dropcowboy {

namespace detail {
template <class Function>
struct CanBeEmpty : std::is_pointer<Function> {};
template <class Signature>
struct CanBeEmpty<std::function<Signature>> : std::true_type {};
}  // namespace detail

/// A function void(Argument), like std::function but for what cannot be copied: a lambda that owns
/// a promise, a connection or a coroutine. A std::function or a function pointer that is empty
/// makes an empty one.
template <class Argument>
class MoveOnlyFunction {
 public:
  /// Holds nothing.
  MoveOnlyFunction(std::nullptr_t) noexcept {}
  /// Holds `function`.
  template <class Function,
            std::enable_if_t<!std::is_same_v<std::decay_t<Function>, MoveOnlyFunction> &&
                                 std::is_invocable_v<std::decay_t<Function>&, Argument>,
                             int> = 0>
  MoveOnlyFunction(Function&& function) {
    if constexpr (detail::CanBeEmpty<std::decay_t<Function>>::value) {
      if (!function) return;
    }
    held_ = std::make_unique<Holder<std::decay_t<Function>>>(std::forward<Function>(function));
  }

  /// False if there is nothing to call.
  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// Calls it; undefined if there is nothing to call.
  void operator()(Argument argument) { held_->call(std::move(argument)); }

 private:
  struct Held {
    Held() = default;
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    virtual ~Held() = default;
    virtual void call(Argument argument) = 0;
  };
  template <class Function>
  struct Holder final : Held {
    explicit Holder(Function held) : function(std::move(held)) {}
    void call(Argument argument) override { function(std::move(argument)); }
    Function function;
  };

  std::unique_ptr<Held> held_{};
};

}  // namespace dropcowboy
