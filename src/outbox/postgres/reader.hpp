#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "outbox/keyed_store.hpp"
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
  KeyedReader& keyed() noexcept override { return keyed_; }
  void fill(Status& status, Stored now) override;
  std::vector<std::string> problems() override;

  /// Whether the database is the one that it was; see sql_of_identity.
  bool has_identity();
  /// The server's clock.
  TimePoint now();
  /// How many runs have given a sign of life since then.
  std::int64_t runs_since(Stored moment);

 private:
  class Keyed final : public KeyedReader {
   public:
    explicit Keyed(Reader& reader) : reader_(reader) {}
    std::vector<Candidate> due(Stored now, int limit) override;
    std::vector<Doubtful> doubtful(Stored now, int limit) override;
    std::optional<Stored> next_due() override;
    std::optional<std::string> request_of(std::string_view foreign_id) override;

   private:
    Reader& reader_;
  };

  template <class Work>
  auto with_connection(Work work);
  // Of messages of v1, or of keyed ones.
  std::vector<Candidate> due_of(int keyed, Stored now, int limit);
  std::optional<std::string> request_of(int keyed, std::string_view foreign_id);

  std::mutex mutex_;
  Connection connection_;
  Keyed keyed_{*this};
};

}  // namespace dropcowboy::outbox::pg
