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

constexpr std::array<std::string_view, 4> message_names = {"message", "error", "detail", "title"};

class SendAnswerReader : public FlatObjectReader<SendAnswerReader> {
 public:
  SendAnswer answer;

  bool has_one_status() const noexcept { return statuses_ == 1; }
  /// Whether it does not say the opposite, too.
  bool is_consistent() const noexcept { return has_one_status() && !denies_; }

  void member(const std::string& key) {
    if (key == "status") ++statuses_;
  }

  void string_member(const std::string& key, std::string& value) {
    if (key == "status") {
      answer.status = std::move(value);
    } else if (key == "request_id") {
      answer.request_id = std::move(value);
    } else if (key == "drop_id") {
      answer.drop_id = std::move(value);
    } else if (key == "error") {
      denies_ = denies_ || !value.empty();
    }
  }

  void number_member(const std::string& key, std::string& value) {
    if (key == "drop_id") {
      answer.drop_id = std::move(value);
    } else if (key == "error") {
      denies_ = denies_ || value != "0";
    }
  }

  void truth_member(const std::string& key, bool value) {
    denies_ = denies_ || (key == "error" && value) || (key == "success" && !value);
  }

  void nested_member(const std::string& key) { denies_ = denies_ || key == "error"; }

 private:
  int statuses_ = 0;
  bool denies_ = false;
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

namespace {

template <std::size_t N>
bool is_one_of(const std::string_view (&words)[N], std::string_view status) noexcept {
  return std::any_of(std::begin(words), std::end(words), [status](std::string_view word) {
    return text::equals_ignoring_case(status, word);
  });
}

bool is_word_for_yes(std::string_view status) noexcept {
  constexpr std::string_view words[] = {"queued", "accepted", "scheduled", "sent", "success", "ok"};
  return is_one_of(words, status);
}

}  // namespace

bool is_word_for_no(std::string_view status) noexcept {
  constexpr std::string_view words[] = {"error",   "failed",       "failure",        "rejected",
                                        "invalid", "unauthorized", "not authorized", "forbidden"};
  return is_one_of(words, status);
}

delivery::Reading read_send_answer(std::string_view body) {
  SendAnswerReader reader;
  if (!reader.read_repaired(body)) return delivery::Reading::unclear;
  const std::string& status = reader.answer.status;
  if (reader.has_one_status() && is_word_for_no(status)) return delivery::Reading::refusal;
  return reader.is_consistent() && is_word_for_yes(status) ? delivery::Reading::success
                                                           : delivery::Reading::unclear;
}

FailureAnswer decode_failure_answer(std::string_view body) {
  FailureAnswerReader reader;
  if (!reader.read_repaired(body)) return {};
  return std::move(reader.answer);
}

}  // namespace dropcowboy::json
