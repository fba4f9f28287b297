#include "text/redactor.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "text/characters.hpp"

namespace dropcowboy::text {

namespace {

/// One character of spelled text: how many bytes it takes there, and the UTF-8 it stands for.
struct Unit {
  std::size_t length = 1;
  std::array<char, 4> bytes{};
  std::size_t byte_count = 1;
};

Unit itself(std::string_view rest) noexcept { return {1, {rest.front()}, 1}; }

Unit of_code_point(std::uint32_t code, std::size_t length) noexcept {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) return {length, {static_cast<char>(code)}, 1};
  if (code < 0x800) return {length, {static_cast<char>(0xC0U | (code >> 6U)), tail(0)}, 2};
  if (code < 0x10000) {
    return {length, {static_cast<char>(0xE0U | (code >> 12U)), tail(6), tail(0)}, 3};
  }
  return {length, {static_cast<char>(0xF0U | (code >> 18U)), tail(12), tail(6), tail(0)}, 4};
}

/// \uXXXX, with its other half if it is a surrogate pair.
Unit json_unicode(std::string_view rest) noexcept {
  const auto high = leading_hexadecimal(rest.substr(2), 4);
  if (!high) return itself(rest);
  const bool may_be_pair = (*high & 0xFC00U) == 0xD800U && rest.substr(6, 2) == "\\u";
  const auto low = may_be_pair ? leading_hexadecimal(rest.substr(8), 4) : std::nullopt;
  if (!low || (*low & 0xFC00U) != 0xDC00U) return of_code_point(*high, 6);
  return of_code_point(0x10000U + ((*high & 0x3FFU) << 10U) + (*low & 0x3FFU), 12);
}

Unit json_escaped(std::string_view rest) noexcept {
  if (rest.front() != '\\' || rest.size() < 2) return itself(rest);
  switch (rest[1]) {
    case 'u': return json_unicode(rest);
    case 'b': return {2, {'\b'}, 1};
    case 'f': return {2, {'\f'}, 1};
    case 'n': return {2, {'\n'}, 1};
    case 'r': return {2, {'\r'}, 1};
    case 't': return {2, {'\t'}, 1};
    default: return {2, {rest[1]}, 1};
  }
}

/// JSON in a JSON string, as a service spells it that quotes a whole request in its answer.
Unit json_escaped_twice(std::string_view rest) noexcept {
  constexpr std::size_t longest_escape = 12;
  std::array<char, longest_escape> once{};
  std::array<std::size_t, longest_escape> ends{};
  std::size_t count = 0;
  for (std::size_t at = 0; count < longest_escape && at < rest.size(); ++count) {
    const Unit unit = json_escaped(rest.substr(at));
    if (count == 0 && unit.bytes.front() != '\\') return unit;
    if (unit.byte_count != 1) break;
    at += unit.length;
    once[count] = unit.bytes.front();
    ends[count] = at;
  }
  Unit unit = json_escaped({once.data(), count});
  unit.length = ends[unit.length - 1];
  return unit;
}

Unit percent_encoded(std::string_view rest) noexcept {
  if (rest.front() != '%') return itself(rest);
  const auto value = leading_hexadecimal(rest.substr(1), 2);
  return value ? Unit{3, {static_cast<char>(*value)}, 1} : itself(rest);
}

// The longest spelling of one byte of a secret: \\u0061.
constexpr std::size_t longest_unit = 7;

/// Where a text spells the secret.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Finds a secret in one spelling, from left to right, looking at each byte of the text once
/// (Knuth, Morris and Pratt). What overlaps is found, too.
class Finder {
 public:
  using Spelling = Unit (*)(std::string_view rest) noexcept;

  Finder(std::string_view text, std::string_view secret, const std::vector<std::size_t>& borders,
         Spelling spelling)
      : text_(text),
        secret_(secret),
        borders_(borders),
        spelling_(spelling),
        starts_(secret.size()) {
    advance();
  }

  /// The first one not passed yet.
  const std::optional<Range>& found() const noexcept { return found_; }

  void advance() {
    found_.reset();
    while (at_ < text_.size() && !found_) {
      const Unit unit = spelling_(text_.substr(at_));
      const std::size_t begin = std::exchange(at_, at_ + unit.length);
      for (std::size_t i = 0; i < unit.byte_count; ++i) {
        if (takes(unit.bytes[i], begin)) found_ = Range{start_of_last(secret_.size()), at_};
      }
    }
    const bool breaks_off = !found_ && matched_ < secret_.size() && matched_ * 2 >= secret_.size();
    if (breaks_off) found_ = Range{start_of_last(std::exchange(matched_, 0)), text_.size()};
  }

 private:
  /// Whether the secret is complete with the next byte, whose spelling begins at `begin`.
  bool takes(char byte, std::size_t begin) {
    starts_[taken_++ % starts_.size()] = begin;
    if (matched_ == secret_.size()) matched_ = borders_.back();
    while (matched_ > 0 && secret_[matched_] != byte) matched_ = borders_[matched_ - 1];
    if (secret_[matched_] == byte) ++matched_;
    return matched_ == secret_.size();
  }

  std::size_t start_of_last(std::size_t count) const {
    return starts_[(taken_ - count) % starts_.size()];
  }

  std::string_view text_;
  std::string_view secret_;
  const std::vector<std::size_t>& borders_;
  Spelling spelling_;
  std::vector<std::size_t> starts_;  // of the last bytes taken, as many as the secret has
  std::size_t at_ = 0;
  std::size_t taken_ = 0;
  std::size_t matched_ = 0;
  std::optional<Range> found_;
};

/// For each beginning of the secret, how long the longest shorter one is that it ends with.
std::vector<std::size_t> borders_of(std::string_view secret) {
  std::vector<std::size_t> borders(secret.size());
  std::size_t matched = 0;
  for (std::size_t i = 1; i < secret.size(); ++i) {
    while (matched > 0 && secret[matched] != secret[i]) matched = borders[matched - 1];
    if (secret[matched] == secret[i]) ++matched;
    borders[i] = matched;
  }
  return borders;
}

}  // namespace

Redactor::Redactor(std::string secret)
    : secret_(std::move(secret)), borders_(borders_of(secret_)) {}

std::string Redactor::operator()(std::string text) const {
  if (secret_.empty() || text.size() < secret_.size()) return text;
  return (*this)(text, std::string_view::npos);
}

std::string Redactor::operator()(std::string_view text, std::size_t size) const {
  const std::size_t kept = beginning(text, size).size();
  if (secret_.empty()) return std::string(text.substr(0, kept));
  // What begins in the kept piece is looked at to its end.
  text = text.substr(0, kept + std::min(text.size() - kept, longest_unit * secret_.size()));
  std::vector<Finder> finders;
  finders.reserve(4);
  finders.emplace_back(text, secret_, borders_, &itself);
  const auto look_for = [&](char mark, Finder::Spelling spelling) {
    if (text.find(mark) != std::string_view::npos) {
      finders.emplace_back(text, secret_, borders_, spelling);
    }
  };
  look_for('\\', &json_escaped);
  look_for('\\', &json_escaped_twice);
  look_for('%', &percent_encoded);

  std::string clean;
  std::size_t copied = 0;
  for (;;) {
    const auto start_of = [](const Finder& finder) {
      return finder.found() ? finder.found()->begin : std::string_view::npos;
    };
    Finder& first = *std::min_element(
        finders.begin(), finders.end(),
        [&](const Finder& a, const Finder& b) { return start_of(a) < start_of(b); });
    if (start_of(first) >= kept) break;
    const Range range = *first.found();
    first.advance();
    if (range.begin >= copied) {  // else it overlaps the last one
      clean.append(text.substr(copied, range.begin - copied)).append("[secret]");
    }
    copied = std::max(copied, range.end);
  }
  if (copied < kept) clean.append(text.substr(copied, kept - copied));
  return std::string(beginning(clean, size));
}

}  // namespace dropcowboy::text
