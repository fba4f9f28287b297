#include "outbox/engine.hpp"

#include <atomic>
#include <mutex>
#include <new>
#include <utility>

#include "core/make_error.hpp"
#include "dropcowboy/outbox/postgres.hpp"
#include "outbox/postgres/clock.hpp"
#include "outbox/postgres/reader.hpp"
#include "outbox/postgres/runner_row.hpp"
#include "outbox/postgres/schema.hpp"
#include "outbox/postgres/store.hpp"

namespace dropcowboy::outbox::pg {

namespace {

using std::chrono::milliseconds;

std::shared_ptr<Runtime> runtime_of(const Options& options) {
  return options.runtime ? options.runtime : Runtime::system();
}

class DatabaseStorage final : public Storage {
 public:
  DatabaseStorage(const PostgresOptions& postgres, const Options& options)
      : conninfo_(postgres.connection),
        lease_(postgres.lease),
        lock_timeout_(options.lock_timeout),
        team_id_(options.team_id),
        clock_(options.now, runtime_of(options)),
        connection_(conninfo_, lock_timeout_,
                    [this](Connection& connection) { welcome_writer(connection); }),
        store_(connection_, clock_, lease_),
        reader_(conninfo_, lock_timeout_,
                [this](Connection& connection) { expect_fit(connection, team_id_); }),
        quick_reader_(conninfo_, lock_timeout_,
                      [this](Connection& connection) { expect_fit(connection, team_id_); }) {
    connection_.connect();
    name_ = connection_.name();
    clock_.note(quick_reader_.now());
  }

  const std::string& name() const noexcept override { return name_; }
  TimePoint now() const override { return clock_.now(); }

  outbox::Store& store() noexcept override { return store_; }
  void before_commit() override {}
  void after_commit() noexcept override {}

  outbox::Reader& reader() noexcept override { return reader_; }
  outbox::Reader& quick_reader() noexcept override { return quick_reader_; }
  void fill(Status&) const override {}

  std::string identity() const override {
    const std::lock_guard lock(mutex_);
    return identity_;
  }
  bool needs_adoption() override { return !quick_reader_.has_identity(); }
  void note_adoption(std::int64_t) override {}

  bool is_shared() const noexcept override { return true; }
  std::unique_ptr<RunRight> start_run() override {
    return std::make_unique<RunnerRow>(conninfo_, lock_timeout_, lease_, clock_, store_);
  }
  std::unique_ptr<RunRight> start_adoption() override;

 private:
  void welcome_writer(Connection& connection);

  const std::string conninfo_;
  const milliseconds lease_;
  const milliseconds lock_timeout_;
  const std::string team_id_;
  ServerClock clock_;
  mutable std::mutex mutex_;
  std::string identity_{};
  Connection connection_;
  pg::Store store_;
  pg::Reader reader_;
  pg::Reader quick_reader_;
  std::string name_{};
};

/// After a failover the connection leads to another server, which may lack the last marks.
void DatabaseStorage::welcome_writer(Connection& connection) {
  expect_fit(connection, team_id_);
  std::string identity(connection.run(sql_of_identity).text(0, 0));
  const std::lock_guard lock(mutex_);
  identity_ = std::move(identity);
}

/// Whoever adopts makes sure that nobody sends meanwhile.
class Adoption final : public RunRight {
 public:
  void note_marks(std::int64_t) noexcept override {}
};

std::unique_ptr<RunRight> DatabaseStorage::start_adoption() {
  if (quick_reader_.runs_since(to_stored(now()) - to_stored(lease_)) > 0) {
    throw Exception(not_sent_for_now(
        ErrorKind::storage,
        name_ + ": a run is at work, or died less than a lease ago; stop every run, wait, then "
                "adopt"));
  }
  return std::make_unique<Adoption>();
}

class PostgresEngine final : public Engine {
 public:
  explicit PostgresEngine(PostgresOptions options) : options_(std::move(options)) {}

  std::unique_ptr<Storage> open(const Options& options) const override {
    if (options_.lease < milliseconds(1'000) || options_.lease > std::chrono::hours(24)) {
      throw Exception(bad_configuration(
          "PostgresOptions cannot work as they are",
          {{Severity::error, "lease", IssueCode::out_of_range, "must be 1 second to 24 hours"}}));
    }
    return std::make_unique<DatabaseStorage>(options_, options);
  }

 private:
  const PostgresOptions options_;
};

}  // namespace
}  // namespace dropcowboy::outbox::pg

namespace dropcowboy::outbox {

std::shared_ptr<const Engine> postgres(PostgresOptions options) {
  return std::make_shared<pg::PostgresEngine>(std::move(options));
}

Result<void> migrate(const PostgresOptions& options, const std::string& team_id) {
  try {
    pg::Connection connection(options.connection, std::chrono::seconds(10));
    connection.connect();
    pg::make_tables(connection, team_id, options.lease);
    return {};
  } catch (const Exception& exception) {
    return exception.error();
  } catch (const std::bad_alloc&) {
    return out_of_memory(Outcome::not_sent);
  }
}

}  // namespace dropcowboy::outbox
