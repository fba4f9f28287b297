#include "testing/page/mask.hpp"

#include <string_view>

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

void replace_all(std::string& text, const std::string& what) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), mask);
    at += std::string_view(mask).size();
  }
}

std::string escaped(const std::string& text) {
  const std::string quoted =
      ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    replace_all(text, secret);
    replace_all(text, escaped(secret));
  }
  return text;
}

void mask_texts(ordered_json& document, const std::vector<std::string>& secrets) {
  if (document.is_string()) {
    document = masked(document.get<std::string>(), secrets);
  } else if (document.is_structured()) {
    for (auto& element : document) mask_texts(element, secrets);
  }
}

}  // namespace dropcowboy::testing::page
