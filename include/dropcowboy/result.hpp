#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "dropcowboy/error.hpp"

namespace dropcowboy {

/// A value or an Error: a small std::expected<T, Error>. Reading the side that is not there with
/// `*`, `->` or error() is undefined, as it is for std::optional; value() throws instead.
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
  /// The value, which must be there. Of a temporary Result it is moved out, so that a range-for
  /// over what a call returns has something to hold on to.
  T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  T operator*() && noexcept(std::is_nothrow_move_constructible_v<T>) {
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() noexcept { return std::get_if<0>(&state_); }
  const T* operator->() const noexcept { return std::get_if<0>(&state_); }
  /// @}

  /// @{
  /// The value; throws Exception with the Error if there is none.
  T& value() & { return throw_if_error(), **this; }
  const T& value() const& { return throw_if_error(), **this; }
  T value() && { return throw_if_error(), *std::move(*this); }
  /// @}

  /// @{
  /// The Error, which must be there.
  Error& error() & noexcept { return *std::get_if<1>(&state_); }
  const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }
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
  Error& error() & noexcept { return *error_; }
  const Error& error() const& noexcept { return *error_; }
  Error&& error() && noexcept { return std::move(*error_); }
  /// @}

 private:
  std::optional<Error> error_;
};

}  // namespace dropcowboy
