#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "json/repaired.hpp"

namespace dropcowboy::json {

/// The base of small readers that want only the scalars at the top of a JSON object. A derived
/// class has `void string_member(const std::string& key, std::string& value)` and the same for
/// number_member(), whose value is the number's digits; it may have truth_member() for true and
/// false, nested_member() for an object or array, and `void member(const std::string&)` for every
/// key at the top. Called in order of appearance, so for a repeated key the last one wins. read()
/// returns false unless the text is a JSON object, at most 32 levels deep; read_repaired() does so
/// after what is no text in its strings was replaced.
template <class Derived>
class FlatObjectReader {
 public:
  bool read(std::string_view json) {
    // The parser takes a NUL for the end of the text, whatever follows.
    if (json.find('\0') != std::string_view::npos) return false;
    return nlohmann::json::sax_parse(json.begin(), json.end(), this) && is_object_;
  }

  bool read_repaired(std::string_view json) { return read(Repaired(json).text()); }

  bool null() { return scalar(); }
  bool boolean(bool value) {
    if (depth_ == 1) self().truth_member(key_, value);
    return scalar();
  }
  bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
  bool number_float(double, const std::string& digits) { return number(digits); }
  bool string(std::string& value) {
    if (depth_ == 1) self().string_member(key_, value);
    return scalar();
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) {
    is_object_ = is_object_ || depth_ == 0;
    if (depth_ == 1) self().nested_member(key_);
    return ++depth_ <= max_depth;
  }
  bool end_object() { return --depth_, true; }
  bool start_array(std::size_t) {
    const bool is_inside = depth_ > 0;
    if (depth_ == 1) self().nested_member(key_);
    return ++depth_ <= max_depth && is_inside;
  }
  bool end_array() { return --depth_, true; }
  bool key(std::string& name) {
    if (depth_ == 1) {
      key_.swap(name);
      self().member(key_);
    }
    return true;
  }
  void member(const std::string&) {}
  void truth_member(const std::string&, bool) {}
  void nested_member(const std::string&) {}
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception&) {
    return false;
  }

 private:
  static constexpr int max_depth = 32;

  Derived& self() { return static_cast<Derived&>(*this); }
  bool scalar() const { return depth_ > 0; }
  bool number(std::string digits) {
    if (depth_ == 1) self().number_member(key_, digits);
    return scalar();
  }

  std::string key_;
  int depth_ = 0;
  bool is_object_ = false;
};

}  // namespace dropcowboy::json
