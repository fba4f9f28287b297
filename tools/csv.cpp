#include "csv.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "exit_code.hpp"

namespace dropcowboy::tool {

namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
    skip_line_with_separator();
    ends_plain_ = {separator_, '\r', '\n', '"'};
  }

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      if (!skip_line_break()) rows.push_back(row());
    }
    return rows;
  }

 private:
  /// "sep=;", as some spreadsheets have it.
  void skip_line_with_separator() {
    constexpr std::string_view no_separators = "\r\n\"";
    if (text_.substr(0, 4) != "sep=" || text_.size() < 5) return;
    if (no_separators.find(text_[4]) != std::string_view::npos) return;
    const std::string_view rest = text_.substr(5);
    if (!rest.empty() && rest[0] != '\n' && rest.substr(0, 2) != "\r\n") return;
    separator_ = text_[4];
    at_ = 5;
  }

  CsvRow row() {
    CsvRow row{line_, {}};
    row.values.push_back(value());
    while (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      row.values.push_back(value());
    }
    if (at_ < text_.size() && !skip_line_break()) {
      fail(line_, "something follows a closing quote; write a quote in a value twice");
    }
    return row;
  }

  std::string value() { return at_ < text_.size() && text_[at_] == '"' ? quoted() : plain(); }

  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(ends_plain_, at_), text_.size());
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    if (at_ == text_.size()) return value;
    if (text_[at_] == '"') fail(line_, "there is a quote in a value that does not begin with one");
    if (text_[at_] == '\r' && text_.substr(at_, 2) != "\r\n") {
      fail(line_,
           "there is a carriage return that does not end a line; lines of an old Mac end so: "
           "save the file anew as CSV");
    }
    return value;
  }

  std::string quoted() {
    const std::size_t begin = line_;
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') return value;
      }
      if (text_[at_] == '\n') ++line_;
      value += text_[at_];
    }
    fail(begin, "a quote is opened and never closed");
  }

  bool skip_line_break() {
    const std::size_t length = text_[at_] == '\n' ? 1 : text_.substr(at_, 2) == "\r\n" ? 2 : 0;
    at_ += length;
    line_ += length == 0 ? 0 : 1;
    return length != 0;
  }

  [[noreturn]] static void fail(std::size_t line, const std::string& what) {
    throw UsageError("line " + std::to_string(line) + " of the CSV: " + what);
  }

  std::string_view text_;
  char separator_;
  std::string ends_plain_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

/// The text without its byte order mark, and without the Ctrl-Z by which DOS ended a file.
std::string_view text_of(std::string_view file) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (file.substr(0, byte_order_mark.size()) == byte_order_mark) {
    file.remove_prefix(byte_order_mark.size());
  }
  const auto last = file.find_last_not_of("\r\n");
  if (last != std::string_view::npos && file[last] == '\x1A') file = file.substr(0, last);
  return file;
}

/// What the file is by its first bytes, if it is no text at all; empty otherwise.
std::string_view kind_of_file(std::string_view file) {
  using namespace std::string_view_literals;
  constexpr std::pair<std::string_view, std::string_view> kinds[] = {
      {"PK\x03\x04"sv, "a spreadsheet (.xlsx or .ods)"},
      {"\xD0\xCF\x11\xE0"sv, "a spreadsheet (.xls)"},
      {"\xFF\xFE\x00\x00"sv, "UTF-32"},
      {"\x00\x00\xFE\xFF"sv, "UTF-32"},
      {"\xFF\xFE"sv, "UTF-16"},
      {"\xFE\xFF"sv, "UTF-16"},
  };
  for (const auto& [beginning, kind] : kinds) {
    if (file.substr(0, beginning.size()) == beginning) return kind;
  }
  const std::string_view sample = file.substr(0, 256);
  if (sample.find('\0') != std::string_view::npos) return "UTF-16 or no text";
  return {};
}

constexpr std::pair<char, const char*> separators[] = {
    {',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}};

/// Outside quotes on the first line.
std::size_t count_on_first_line(std::string_view text, char wanted) {
  std::size_t count = 0;
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n' || c == '\r') break;
    count += c == wanted ? 1 : 0;
  }
  return count;
}

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, char separator) {
  return CsvReader(text_of(text), separator).rows();
}

void require_csv(std::string_view text, char separator) {
  if (const std::string_view kind = kind_of_file(text); !kind.empty()) {
    throw UsageError("the file is " + std::string(kind) +
                     ", not CSV in UTF-8: save it as 'CSV UTF-8' (or convert UTF-16 by: iconv -f "
                     "UTF-16 -t UTF-8)");
  }
  text = text_of(text);
  if (text.substr(0, 4) == "sep=" || count_on_first_line(text, separator) > 0) return;
  for (const auto& [other, name] : separators) {
    if (count_on_first_line(text, other) == 0) continue;
    throw UsageError("a " + std::string(name) +
                     " seems to separate the columns of the CSV: say "
                     "--separator " +
                     name + ", or save it with commas");
  }
}

char separator_called(std::string_view name) {
  for (const auto& [separator, word] : separators) {
    if (name == word || name == std::string_view(&separator, 1)) return separator;
  }
  throw UsageError("--separator is comma, semicolon, tab or pipe");
}

}  // namespace dropcowboy::tool
