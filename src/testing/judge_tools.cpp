#include "testing/judge_tools.hpp"

#include <algorithm>

namespace dropcowboy::testing {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_letter(char c) noexcept { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

std::size_t count_characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_e164(std::string_view number) {
  if (number.size() < 3 || number.size() > 16 || number[0] != '+' || number[1] == '0') return false;
  if (!std::all_of(number.begin() + 1, number.end(), is_digit)) return false;
  return number[1] != '1' || (number.size() == 12 && number[2] >= '2');
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_json_media_type(std::string_view content_type) {
  const std::string_view wanted = "application/json";
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::equal(type.begin(), type.end(), wanted.begin(), wanted.end(),
                    [](char c, char w) { return c == w || (is_letter(c) && (c | 0x20) == w); });
}

}  // namespace dropcowboy::testing
