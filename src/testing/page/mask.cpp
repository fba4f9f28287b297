#include "testing/page/mask.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

/// In one pass, whatever there is to replace.
std::string without(const std::string& text, const std::string& what) {
  std::string rest;
  std::size_t start = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, start)) {
    rest.append(text, start, at - start).append(mask);
    start = at + what.size();
  }
  return rest.append(text, start);
}

std::string escaped(const std::string& text) {
  const std::string quoted =
      ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    text = without(without(text, secret), escaped(secret));
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
