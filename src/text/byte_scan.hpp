#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace dropcowboy::text {

/// Eight bytes of a text, to be looked at together. Each test below is exact about whether *some*
/// byte is met, which is all that is asked; it does not say which.
using EightBytes = std::uint64_t;

constexpr EightBytes each_byte(unsigned char byte) noexcept {
  return 0x0101'0101'0101'0101U * byte;
}
constexpr EightBytes top_bits = each_byte(0x80);

/// Nonzero if a byte is not ASCII.
constexpr EightBytes beyond_ascii(EightBytes word) noexcept { return word & top_bits; }
/// Of ASCII only: nonzero if a byte is below `bound`, which is at most 0x80.
constexpr EightBytes below(EightBytes word, unsigned char bound) noexcept {
  return (word - each_byte(bound)) & ~word & top_bits;
}
/// Nonzero if a byte is `wanted`.
constexpr EightBytes equal(EightBytes word, unsigned char wanted) noexcept {
  return below(word ^ each_byte(wanted), 1);
}

/// Whether `is_fine` holds for the whole text, word by word. The last one is filled with blanks.
template <class IsFine>
bool all_words(std::string_view text, IsFine is_fine) noexcept {
  EightBytes word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    if (!is_fine(word)) return false;
  }
  if (text.empty()) return true;
  word = each_byte(' ');
  std::memcpy(&word, text.data(), text.size());
  return is_fine(word);
}

}  // namespace dropcowboy::text
