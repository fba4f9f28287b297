#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "dropcowboy/outbox/status.hpp"
#include "outbox/sqlite/database.hpp"
#include "outbox/sqlite/keyed.hpp"
#include "outbox/storage.hpp"
#include "outbox/times.hpp"

namespace dropcowboy::outbox::sqlite {

/// The file's, over a connection of its own: no reading but problems(), which reads the whole file,
/// lasts longer than one page, so that the log can begin anew.
class Reader final : public outbox::Reader {
 public:
  Reader(const std::string& path, std::chrono::milliseconds lock_timeout);

  std::vector<Candidate> due(Stored now, int limit) override;
  std::optional<Stored> next_due() override;
  Page list(const Query& query, Stored now) override;
  std::optional<std::string> request_of(std::string_view foreign_id) override;
  std::optional<Permission> permission_of(std::string_view phone) override;
  KeyedReader& keyed() noexcept override { return keyed_; }
  void fill(Status& status, Stored now) override;
  std::vector<std::string> problems() override;

  std::string identity();
  std::int64_t marks();

 private:
  static Message message_of(const Rows& rows);
  void fill_due(Status& status, Stored now, int keyed);

  std::mutex mutex_;
  Database database_;
  KeyedRows keyed_;
  Statement due_, next_due_, next_due_after_, doubtful_, request_, permission_, outbox_, tally_,
      unknown_;
};

}  // namespace dropcowboy::outbox::sqlite
