#include "json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view white_space = " \t\r\n";

/// Writes JSON text anew, token by token, and changes nothing but the space between them.
class Layout {
 public:
  Layout(std::string& out, int indent) : out_(out), indent_(indent) {}

  void append(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (c == '"') {
        const std::size_t end = end_of_string(text, at);
        out_.append(text.substr(at, end - at));
        at = end;
        continue;
      }
      const std::size_t next = std::min(text.size(), text.find_first_not_of(white_space, at + 1));
      const bool is_empty = (c == '{' || c == '[') && (text[next] == '}' || text[next] == ']');
      append(c, is_empty);
      at = is_empty ? next + 1 : at + 1;
      if (is_empty) out_ += text[next];
    }
  }

 private:
  static std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
    }
    return at + 1;
  }

  void append(char c, bool is_empty) {
    if (white_space.find(c) != std::string_view::npos) return;
    if (c == '}' || c == ']') new_line(--level_);
    out_ += c;
    if ((c == '{' || c == '[') && !is_empty) new_line(++level_);
    if (c == ',') new_line(level_);
    if (c == ':' && indent_ >= 0) out_ += ' ';
  }

  void new_line(int level) {
    if (indent_ >= 0) out_.append(1, '\n').append(static_cast<std::size_t>(level * indent_), ' ');
  }

  std::string& out_;
  const int indent_;
  int level_ = 0;
};

/// On one line.
void append(std::string& out, const ordered_json& value) {
  if (value.is_binary()) {  // only as_it_came() makes these
    const auto& bytes = value.get_binary();
    out.append(bytes.begin(), bytes.end());
  } else if (value.is_object()) {
    out += '{';
    for (auto member = value.begin(); member != value.end(); ++member) {
      if (member != value.begin()) out += ',';
      append(out, member.key());
      out += ':';
      append(out, member.value());
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const ordered_json& element : value) {
      if (&element != &value.front()) out += ',';
      append(out, element);
    }
    out += ']';
  } else {
    out += value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  }
}

}  // namespace

ordered_json as_it_came(std::string_view text) {
  if (!ordered_json::accept(text)) return std::string(text);
  const auto begin = std::min(text.size(), text.find_first_not_of("\xEF\xBB\xBF"));  // no BOM
  return ordered_json::binary({text.begin() + static_cast<std::ptrdiff_t>(begin), text.end()});
}

std::string to_text(const ordered_json& document, int indent) {
  std::string line;
  append(line, document);
  std::string text;
  Layout(text, indent).append(line);
  return text;
}

}  // namespace dropcowboy::tool
