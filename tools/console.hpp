#pragma once

#include <cstddef>
#include <dropcowboy/issue.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

// stdout is for programs: one JSON document, or one a line from the servers. stderr is for people,
// in colours if it is a terminal and NO_COLOR is not set. Control characters in what is said are
// replaced, because some of it comes from outside. All functions are thread-safe.
namespace dropcowboy::tool {

void say(std::string_view text);
void say_success(std::string_view text);
void say_warning(std::string_view text);
void say_error(std::string_view text);
/// One line each, severity first.
void say_issues(const std::vector<Issue>& issues);

bool stdout_is_terminal();
/// If stdout takes no more (its reader is gone, the disk is full), stderr has it instead.
void print_document(const nlohmann::ordered_json& document);
/// On one line. That stdout takes no more is said once.
void print_line(const nlohmann::ordered_json& document);
/// The same, unless stdout is a terminal: that shows what is said to people instead.
void print_event(const nlohmann::ordered_json& document);

/// Shows on a terminal how far a long job has come; shows nothing elsewhere.
class ProgressBar {
 public:
  ProgressBar(std::size_t total, std::string_view unit);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Leaves the bar as it stands and begins a new line.
  ~ProgressBar();

  void show(std::size_t done);

 private:
  const std::size_t total_;
  const std::string unit_;
  bool shown_ = false;
};

}  // namespace dropcowboy::tool
