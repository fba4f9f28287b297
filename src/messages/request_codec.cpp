#include "messages/request_codec.hpp"

#include "json/json_text.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  append_json_string(out, value);
}

void append_extra(std::string& out, const std::optional<std::string>& object) {
  if (!object) return;
  const std::string_view members = members_of(*object);
  if (!text::is_blank(members)) out.append(",").append(members);
}

}  // namespace dropcowboy::json
