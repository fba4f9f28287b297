#include "v2/failure.hpp"

#include <optional>
#include <string>

#include "json/document.hpp"
#include "json/failure_answer.hpp"
#include "text/characters.hpp"

namespace dropcowboy::v2 {

namespace {

constexpr std::size_t longest_code = 100;

/// A text that is not blank, and short enough for a code.
std::optional<std::string> word_of(std::optional<std::string_view> value) {
  if (!value || value->front() != '"' || value->size() > longest_code) return std::nullopt;
  std::string word = json::string_of(*value);
  if (text::is_blank(word)) return std::nullopt;
  return word;
}

std::optional<std::string> word_in(std::string_view object, std::string_view outer,
                                   std::string_view inner) {
  const auto value = json::member_of(object, outer);
  return value ? word_of(json::member_of(*value, inner)) : std::nullopt;
}

/// Of "https://api-v2.dropcowboy.com/errors/not-found" the last part.
std::optional<std::string> last_part(std::optional<std::string> type) {
  if (!type || *type == "about:blank") return std::nullopt;
  while (!type->empty() && type->back() == '/') type->pop_back();
  std::string part = type->substr(type->rfind('/') + 1);
  if (part.empty()) return std::nullopt;
  return part;
}

std::string code_of(std::string_view object) {
  if (auto code = word_in(object, "detail", "code")) return *std::move(code);
  if (auto code = word_in(object, "details", "code")) return *std::move(code);
  if (auto code = word_of(json::member_of(object, "code"))) return *std::move(code);
  if (auto code = word_of(json::member_of(object, "error"))) return *std::move(code);
  return last_part(word_of(json::member_of(object, "type"))).value_or(std::string());
}

}  // namespace

ServiceWords read_failure(std::string_view body) {
  ServiceWords words = json::decode_failure_answer(body);
  words.is_request_id_first = true;
  const auto document = json::document_of_answer(body);
  if (document && json::is_object(*document)) words.code = code_of(*document);
  return words;
}

}  // namespace dropcowboy::v2
