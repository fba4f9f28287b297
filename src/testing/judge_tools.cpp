#include "testing/judge_tools.hpp"

#include "testing/drop_faults.hpp"

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

bool is_uuid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) {
    return s == '-' ? c == '-' : is_digit(c) || (is_letter(c) && (c | 0x20) <= 'f');
  });
}

Fault number_fault(const std::string& text) {
  if (is_e164(text)) return {};
  const bool is_almost = text.size() > 2 && text.size() <= 16 && text[0] == '+' && text[1] == '1' &&
                         std::all_of(text.begin() + 1, text.end(), is_digit);
  return is_almost ? drop_faults::number_not_valid : drop_faults::must_be_e164;
}

bool has(const nlohmann::json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && !found->is_null();
}

std::string text_at(const nlohmann::json& body, const char* key) {
  return echo_of(body, key).value_or("");
}

std::optional<std::string> echo_of(const nlohmann::json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace dropcowboy::testing
