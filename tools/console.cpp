#include "console.hpp"

#include <algorithm>
#include <atomic>
#include <dropcowboy/printable.hpp>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "json_text.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

std::mutex one_at_a_time;

bool in_colour() {
  if (!stderr_takes_escapes()) return false;
  const char* no_colour = variable_of("NO_COLOR");
  return no_colour == nullptr || *no_colour == '\0';
}

/// Without what a terminal would obey, line by line.
std::string harmless(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at > 0) result += '\n';
    result += printable(text.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

/// The same for JSON text, in which the control characters of ASCII are escapes already: those of
/// Latin-1 (two bytes), and DEL.
std::string harmless_json(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_c1 = !result.empty() && result.back() == '\xC2' && byte >= 0x80 && byte < 0xA0;
    if (!is_c1 && byte != 0x7F) {
      result += c;
      continue;
    }
    if (is_c1) result.pop_back();
    result += "\\u00";
    result += digits[byte >> 4U];
    result += digits[byte & 0x0FU];
  }
  return result;
}

void say(std::string_view colour, std::string_view label, std::string_view text) {
  const std::string safe = harmless(text);
  const std::lock_guard lock(one_at_a_time);
  if (in_colour() && !label.empty()) {
    std::cerr << "\x1b[" << colour << 'm' << label << "\x1b[0m" << safe << '\n';
  } else {
    std::cerr << label << safe << '\n';
  }
}

/// False if stdout takes no more.
bool print(const std::string& text) {
  const std::lock_guard lock(one_at_a_time);
  std::cout << text << '\n' << std::flush;
  return static_cast<bool>(std::cout);
}

}  // namespace

void say(std::string_view text) { say("", "", text); }
void say_success(std::string_view text) { say("32", "", text); }
void say_warning(std::string_view text) { say("33", "warning: ", text); }
void say_error(std::string_view text) { say("31", "error: ", text); }

void say_issues(const std::vector<Issue>& issues) {
  for (const Issue& issue : issues) {
    const std::string text = std::string(issue.field) + ": " + issue.message;
    issue.severity == Severity::error ? say_error(text) : say_warning(text);
  }
}

bool stdout_is_terminal() { return is_terminal(StandardStream::out); }

void print_document(const nlohmann::ordered_json& document) {
  const std::string text = harmless_json(to_text(document, 2));
  if (!print(text)) say_error("cannot write the result to stdout; here it is:\n" + text);
}

void print_line(const nlohmann::ordered_json& document) {
  static std::atomic<bool> is_told{false};
  if (!print(harmless_json(to_text(document, -1))) && !is_told.exchange(true)) {
    say_error("nobody reads stdout any more");
  }
}

void print_event(const nlohmann::ordered_json& document) {
  if (!stdout_is_terminal()) print_line(document);
}

ProgressBar::ProgressBar(std::size_t total, std::string_view unit) : total_(total), unit_(unit) {
  show(0);
}

ProgressBar::~ProgressBar() {
  if (shown_) std::cerr << '\n';
}

void ProgressBar::show(std::size_t done) {
  if (!stderr_takes_escapes() || total_ == 0) return;
  const std::string count =
      ' ' + std::to_string(done) + " of " + std::to_string(total_) + ' ' + unit_;
  const std::size_t room = terminal_width();
  const std::size_t length =
      room > count.size() + 13 ? std::min<std::size_t>(room - count.size() - 3, 40) : 10;
  const std::size_t filled = length * std::min(done, total_) / total_;
  const std::string colour = in_colour() ? "\x1b[32m" : "";
  const std::lock_guard lock(one_at_a_time);
  std::cerr << "\r[" << colour << std::string(filled, '#') << (colour.empty() ? "" : "\x1b[0m")
            << std::string(length - filled, '.') << ']' << count << "\x1b[K" << std::flush;
  shown_ = true;
}

}  // namespace dropcowboy::tool
