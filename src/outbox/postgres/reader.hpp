#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "outbox/postgres/connection.hpp"
#include "outbox/postgres/store.hpp"
#include "outbox/storage.hpp"

namespace dropcowboy::outbox::pg {

/// The database's, over a connection of its own. A reading that fails because the connection broke
/// is tried once more over a new one.
class Reader final : public outbox::Reader {
 public:
  Reader(std::string conninfo, std::chrono::milliseconds lock_timeout, Welcome welcome);

  std::vector<Candidate> due(Stored now, int limit) override;
  std::optional<Stored> next_due() override;
  Page list(const Query& query, Stored now) override;
  std::optional<std::string> request_of(std::string_view foreign_id) override;
  std::optional<Permission> permission_of(std::string_view phone) override;
  void fill(Status& status, Stored now) override;
  std::vector<std::string> problems() override;

  /// Whether the database is the one that it was; see sql_of_place.
  bool is_in_place();
  /// The server's clock.
  TimePoint now();
  /// How many runs have given a sign of life since then.
  std::int64_t runs_since(Stored moment);

 private:
  template <class Work>
  auto with_connection(Work work);

  std::mutex mutex_;
  Connection connection_;
  const Welcome welcome_;
};

}  // namespace dropcowboy::outbox::pg
