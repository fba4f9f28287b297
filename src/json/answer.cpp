#include "json/answer.hpp"

#include <algorithm>
#include <array>

#include "json/flat_object.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

/// Keeps the value of the best-ranked key among several names for the same thing.
template <std::size_t N>
class BestOf {
 public:
  explicit constexpr BestOf(const std::array<std::string_view, N>& names) : names_(names) {}

  /// Whether `key` is one of the names, and none better was seen before.
  bool improves(std::string_view key) {
    const auto rank =
        static_cast<std::size_t>(std::find(names_.begin(), names_.end(), key) - names_.begin());
    if (rank == N || rank > best_) return false;
    best_ = rank;
    return true;
  }

 private:
  const std::array<std::string_view, N>& names_;
  std::size_t best_ = N;
};

// Every name that live services used for the id of a drop, the most telling first.
constexpr std::array<std::string_view, 4> id_names = {"drop_id", "rvm_id", "message_id", "id"};
constexpr std::array<std::string_view, 4> message_names = {"message", "error", "detail", "title"};

class SendAnswerReader : public FlatObjectReader<SendAnswerReader> {
 public:
  SendAnswer answer;

  void string_member(const std::string& key, std::string& value) {
    if (key == "status") {
      answer.status = std::move(value);
    } else if (key == "request_id") {
      answer.request_id = std::move(value);
    } else {
      number_member(key, value);
    }
  }

  void number_member(const std::string& key, std::string& value) {
    if (id_.improves(key)) answer.drop_id = std::move(value);
  }

 private:
  BestOf<id_names.size()> id_{id_names};
};

class FailureAnswerReader : public FlatObjectReader<FailureAnswerReader> {
 public:
  FailureAnswer answer;

  void string_member(const std::string& key, std::string& value) {
    if (key == "request_id") {
      answer.request_id = std::move(value);
    } else if (message_.improves(key)) {
      answer.message = std::move(value);
    }
  }

  void number_member(const std::string&, std::string&) {}

 private:
  BestOf<message_names.size()> message_{message_names};
};

}  // namespace

std::optional<SendAnswer> decode_send_answer(std::string_view body) {
  SendAnswerReader reader;
  if (!reader.read_repaired(body) || reader.answer.status.empty()) return std::nullopt;
  return std::move(reader.answer);
}

bool is_word_for_no(std::string_view status) noexcept {
  constexpr std::string_view words[] = {"error", "failed", "failure", "rejected", "invalid"};
  return std::any_of(std::begin(words), std::end(words), [status](std::string_view word) {
    return text::equals_ignoring_case(status, word);
  });
}

delivery::Reading read_send_answer(std::string_view body) {
  const auto answer = decode_send_answer(body);
  if (!answer) return delivery::Reading::unclear;
  return is_word_for_no(answer->status) ? delivery::Reading::refusal : delivery::Reading::success;
}

FailureAnswer decode_failure_answer(std::string_view body) {
  FailureAnswerReader reader;
  if (!reader.read_repaired(body)) return {};
  return std::move(reader.answer);
}

}  // namespace dropcowboy::json
