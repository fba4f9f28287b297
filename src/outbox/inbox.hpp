#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dropcowboy/v2/message.hpp"
#include "outbox/bell.hpp"
#include "outbox/reaction.hpp"

namespace dropcowboy::outbox {

class Lane;

/// What became of a message that was handed to the client.
struct Answer {
  std::int64_t id = 0;
  std::string foreign_id{};
  /// Whose client had it.
  Lane* lane = nullptr;
  /// Whether it has a key, and how often it had been sent before.
  bool is_keyed = false;
  int repeats = 0;
  Reaction reaction{};
  std::optional<std::string> drop_id{};
  /// What was wrong, for the report.
  std::optional<Error> error{};
};

/// Where the client's thread leaves answers for the runner. It outlives both. Thread-safe.
class Inbox {
 public:
  /// `most`: so many answers can be there at once; then leaving one needs no memory.
  Inbox(std::size_t most, std::shared_ptr<Bell> bell) : bell_(std::move(bell)) {
    answers_.reserve(most);
    taken_.reserve(most);
  }

  void leave(Answer&& answer) noexcept {
    {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));  // there is room
    }
    bell_->ring();
  }

  /// Appends what is there.
  void take(std::vector<Answer>& into) {
    taken_.clear();
    {
      const std::lock_guard lock(mutex_);
      answers_.swap(taken_);
    }
    for (Answer& answer : taken_) into.push_back(std::move(answer));
  }

 private:
  std::mutex mutex_;
  std::vector<Answer> answers_;
  std::vector<Answer> taken_;  // the runner's own
  const std::shared_ptr<Bell> bell_;
};

/// The completion of one message. If it goes without having been called, nothing is certain, and
/// the message is unknown. Never throws.
class Completion {
 public:
  /// `answer` says whose it is; its reaction is that of a message that was abandoned.
  Completion(std::shared_ptr<Inbox> inbox, Answer answer)
      : inbox_(std::move(inbox)), answer_(std::move(answer)) {
    answer_.reaction.note = "abandoned";
  }
  Completion(Completion&&) noexcept = default;
  Completion& operator=(Completion&&) = delete;
  ~Completion() {
    if (inbox_) std::exchange(inbox_, nullptr)->leave(std::move(answer_));
  }

  void operator()(Result<Receipt> result) noexcept {
    if (result) answer_.drop_id = std::move(result->drop_id);
    take(result.has_value() ? nullptr : &result.error());
  }

  void operator()(Result<v2::Receipt> result) noexcept {
    take(result.has_value() ? nullptr : &result.error());
  }

 private:
  void take(const Error* error) noexcept {
    if (!inbox_) return;
    try {
      answer_.reaction = react(error, answer_.repeats > 0);
      if (error != nullptr) answer_.error = *error;
    } catch (...) {  // no memory for the words
      answer_.reaction.state = error == nullptr ? State::accepted : State::unknown;
    }
    std::exchange(inbox_, nullptr)->leave(std::move(answer_));
  }

  std::shared_ptr<Inbox> inbox_;
  Answer answer_{};
};

}  // namespace dropcowboy::outbox
