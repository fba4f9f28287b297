#pragma once

#include <array>
#include <atomic>
#include <cstdio>
#include <random>
#include <string>

namespace dropcowboy::testing {

/// Makes the ids of one simulator. Thread-safe.
class RandomIds {
 public:
  /// 24 hexadecimal digits, the first 16 of them the simulator's own.
  std::string drop_id() {
    std::array<char, 25> id{};
    std::snprintf(id.data(), id.size(), "%08x%08x%08x", first_, second_, ++count_);
    return id.data();
  }

  /// In the form of a UUID.
  std::string uuid() {
    std::array<char, 37> id{};
    std::snprintf(id.data(), id.size(), "%08x-%04x-4%03x-8%03x-%012x", first_, second_ >> 16U,
                  second_ >> 4U & 0xFFFU, second_ & 0xFFFU, ++count_);
    return id.data();
  }

 private:
  const unsigned first_ = std::random_device{}();
  const unsigned second_ = std::random_device{}();
  std::atomic<unsigned> count_{0};
};

}  // namespace dropcowboy::testing
