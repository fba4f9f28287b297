#include "text/sms_segments.hpp"

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

// What of the alphabet is not ASCII, and what of ASCII, besides control characters, is not in it.
constexpr std::string_view beyond_ascii = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
constexpr char not_in_alphabet = '`';
// These take two septets each, escape character included.
constexpr std::string_view extension = "^{}\\[~]|€\f";

/// The septets of a character; 0 if the alphabet does not have it.
std::size_t septets(std::string_view character) noexcept {
  if (extension.find(character) != std::string_view::npos) return 2;
  if (character.size() > 1) return beyond_ascii.find(character) != std::string_view::npos ? 1 : 0;
  const bool is_control = character.front() < 0x20 && character != "\n" && character != "\r";
  const bool is_in_it = !is_control && character.front() != not_in_alphabet;
  return is_in_it && character.front() != 0x7F ? 1 : 0;
}

/// Beyond the basic plane a character is a pair.
std::size_t ucs2_units(std::string_view character) noexcept { return character.size() > 3 ? 2 : 1; }

/// Counts segments; no character is divided between two.
class Counter {
 public:
  Counter(std::size_t alone, std::size_t of_several) noexcept
      : alone_(alone), of_several_(of_several) {}

  void add(std::size_t units) noexcept {
    total_ += units;
    if (last_ + units > of_several_) {
      ++full_;
      last_ = 0;
    }
    last_ += units;
  }
  std::size_t segments() const noexcept { return total_ <= alone_ ? 1 : full_ + 1; }

 private:
  std::size_t alone_;
  std::size_t of_several_;
  std::size_t total_ = 0;
  std::size_t full_ = 0;
  std::size_t last_ = 0;
};

}  // namespace

SmsSegments sms_segments(std::string_view text) noexcept {
  Counter gsm7(160, 153);
  Counter ucs2(70, 67);
  bool is_gsm7 = true;
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    const std::size_t count = septets(character);
    is_gsm7 = is_gsm7 && count > 0;
    gsm7.add(count);
    ucs2.add(ucs2_units(character));
    text.remove_prefix(character.size());
  }
  return {is_gsm7, (is_gsm7 ? gsm7 : ucs2).segments()};
}

}  // namespace dropcowboy::text
