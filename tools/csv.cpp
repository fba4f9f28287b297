#include "csv.hpp"

#include <algorithm>

#include "exit_code.hpp"

namespace dropcowboy::tool {

namespace {

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
  }

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      if (!skip_line_break()) rows.push_back(row());
    }
    return rows;
  }

 private:
  CsvRow row() {
    CsvRow row{line_, {}};
    row.values.push_back(value());
    while (at_ < text_.size() && text_[at_] == ',') {
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
    const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    if (at_ == text_.size()) return value;
    if (text_[at_] == '"') fail(line_, "there is a quote in a value that does not begin with one");
    if (text_[at_] == '\r' && text_.substr(at_, 2) != "\r\n") {
      fail(line_, "there is a carriage return that does not end a line");
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
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text) { return CsvReader(text).rows(); }

}  // namespace dropcowboy::tool
