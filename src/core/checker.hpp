#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "dropcowboy/issue.hpp"
#include "text/characters.hpp"

namespace dropcowboy {

/// Collects issues; holds the checks that every kind of text shares.
class Checker {
 public:
  void error(std::string_view field, IssueCode code, std::string message) {
    found_.errors.push_back({Severity::error, field, code, std::move(message)});
  }
  void warning(std::string_view field, IssueCode code, std::string message) {
    found_.warnings.push_back({Severity::warning, field, code, std::move(message)});
  }

  /// Whether `value` is UTF-8 without control characters; reports it if not.
  bool check_clean(std::string_view field, std::string_view value, bool allow_layout = false) {
    if (text::is_printable_ascii(value)) return true;  // nearly always
    if (!text::is_utf8(value)) {
      error(field, IssueCode::invalid_utf8, "is not UTF-8: convert it before it is sent");
      return false;
    }
    if (text::has_control_character(value, allow_layout)) {
      error(field, IssueCode::control_character,
            "holds a control character (a line break, perhaps): remove it");
      return false;
    }
    return true;
  }

  /// An id that becomes a part of an address; `if_missing` says where there is one.
  void check_path_id(std::string_view field, std::string_view id, const char* if_missing) {
    if (text::is_blank(id)) return error(field, IssueCode::missing, if_missing);
    if (!check_clean(field, id)) return;
    if (id == "." || id == "..") {
      error(field, IssueCode::invalid_value, "means another address: nothing has this id");
    }
  }

  /// What another check has found.
  void add(Validation found) {
    for (Issue& issue : found.errors) found_.errors.push_back(std::move(issue));
    for (Issue& issue : found.warnings) found_.warnings.push_back(std::move(issue));
  }

  Validation result() && { return std::move(found_); }

 private:
  Validation found_;
};

}  // namespace dropcowboy
