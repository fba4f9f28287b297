#include "json/answer.hpp"

#include <algorithm>
#include <iterator>

#include "json/flat_object.hpp"
#include "text/characters.hpp"

namespace dropcowboy::json {

namespace {

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

}  // namespace dropcowboy::json
