#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// A value or an Error: a small std::expected<T, Error>. Reading the side that is not there with
/// `*`, `->` or error() is undefined, as it is for std::optional; value() throws instead. Of a
/// temporary Result both sides are handed out by value, so that nothing is left dangling, and `->`
/// does not compile.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose, so that a function can `return receipt;` as well as `return error;`.
  /// Holds the value.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  /// Holds the Error.
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  /// True if there is a value, false if there is an Error.
  bool has_value() const noexcept { return state_.index() == 0; }
  /// The same as has_value().
  explicit operator bool() const noexcept { return has_value(); }

  /// @{
  /// The value, which must be there.
  T& operator*() & noexcept DROPCOWBOY_LIFETIMEBOUND { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept DROPCOWBOY_LIFETIMEBOUND { return *std::get_if<0>(&state_); }
  T operator*() && noexcept(std::is_nothrow_move_constructible_v<T>) {
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() & noexcept DROPCOWBOY_LIFETIMEBOUND { return std::get_if<0>(&state_); }
  const T* operator->() const& noexcept DROPCOWBOY_LIFETIMEBOUND { return std::get_if<0>(&state_); }
  T* operator->() && = delete;
  /// @}

  /// @{
  /// The value; throws Exception with the Error if there is none.
  T& value() & DROPCOWBOY_LIFETIMEBOUND { return throw_if_error(), **this; }
  const T& value() const& DROPCOWBOY_LIFETIMEBOUND { return throw_if_error(), **this; }
  T value() && { return throw_if_error(), *std::move(*this); }
  /// @}
  /// @{
  /// The value, or `other` if there is an Error.
  T value_or(T other) const& { return has_value() ? **this : std::move(other); }
  T value_or(T other) && { return has_value() ? *std::move(*this) : std::move(other); }
  /// @}

  /// @{
  /// The Error, which must be there.
  Error& error() & noexcept DROPCOWBOY_LIFETIMEBOUND { return *std::get_if<1>(&state_); }
  const Error& error() const& noexcept DROPCOWBOY_LIFETIMEBOUND { return *std::get_if<1>(&state_); }
  Error error() && noexcept { return std::move(*std::get_if<1>(&state_)); }
  /// @}

 private:
  void throw_if_error() const {
    if (!has_value()) throw Exception(error());
  }

  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  /// Success.
  Result() = default;
  /// Failure.
  Result(Error error) : error_(std::move(error)) {}

  /// True on success.
  bool has_value() const noexcept { return !error_; }
  /// The same as has_value().
  explicit operator bool() const noexcept { return has_value(); }
  /// Throws Exception with the Error if there is one.
  void value() const {
    if (error_) throw Exception(*error_);
  }
  /// @{
  /// The Error, which must be there.
  Error& error() & noexcept DROPCOWBOY_LIFETIMEBOUND { return *error_; }
  const Error& error() const& noexcept DROPCOWBOY_LIFETIMEBOUND { return *error_; }
  Error error() && noexcept { return *std::move(error_); }
  /// @}

 private:
  std::optional<Error> error_;
};

}  // namespace dropcowboy
