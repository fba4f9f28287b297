#include "text/stray.hpp"

#include <utility>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool begins_with(std::string_view text, std::string_view start) noexcept {
  return text.substr(0, start.size()) == start;
}

bool is_quoted(std::string_view text) noexcept {
  constexpr std::pair<std::string_view, std::string_view> pairs[] = {
      {"\"", "\""},
      {"'", "'"},
      {"`", "`"},
      {"\xE2\x80\x9C", "\xE2\x80\x9D"},  // English double
      {"\xE2\x80\x98", "\xE2\x80\x99"},  // English single
      {"\xE2\x80\x9E", "\xE2\x80\x9C"},  // German
      {"\xC2\xAB", "\xC2\xBB"}};         // French
  for (const auto& [open, close] : pairs) {
    const bool has_room = text.size() >= open.size() + close.size();
    if (has_room && begins_with(text, open) && text.substr(text.size() - close.size()) == close) {
      return true;
    }
  }
  return false;
}

bool holds_invisible(std::string_view text) noexcept {
  for (std::size_t length = 0; !text.empty(); text.remove_prefix(length)) {
    length = utf8_character_length(text);
    if (invisible_kind(code_point(text)) != Invisible::none) return true;
  }
  return false;
}

}  // namespace

const char* stray_characters(std::string_view value) noexcept {
  const bool has_mark = begins_with(value, byte_order_mark);
  const std::string_view unmarked = value.substr(has_mark ? byte_order_mark.size() : 0);
  const std::string_view core = trim(unmarked);
  if (!is_utf8(core) || has_control_character(core)) return nullptr;
  if (has_mark)
    return "begins with a byte order mark, which editors put before a file: take it off";
  if (core.size() != unmarked.size()) {
    return "has white space or a line break around it, as at the end of a file: take it off";
  }
  if (is_quoted(core)) return "stands in quotation marks: take them off";
  if (holds_invisible(core)) {
    return "holds a character that nobody sees, such as a no-break or zero-width space: type it or "
           "copy it anew";
  }
  return nullptr;
}

}  // namespace dropcowboy::text
