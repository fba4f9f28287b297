#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/client.hpp"
#include "dropcowboy/outbox/message.hpp"
#include "dropcowboy/outbox/policy.hpp"
#include "dropcowboy/outbox/run.hpp"
#include "dropcowboy/outbox/status.hpp"
#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "dropcowboy/v2/client.hpp"

namespace dropcowboy::outbox {

/// A kind of database, for Options::engine; see postgres().
class Engine;

/// Settings of an Outbox.
struct Options {
  /// The database's file, on a local disk; on Windows NTFS, and the name is UTF-8. Made with mode
  /// 0600 if it is not there, on Windows for whom its directory lets in; beside it stand files with
  /// "-wal", "-shm", ".run" and ".marks" after its name, which belong to it. Required, unless there
  /// is an engine.
  std::string path{};
  /// Where the messages are kept instead, so that several machines can send them. Default: null,
  /// the file.
  std::shared_ptr<const Engine> engine{};
  /// Whose messages these are; a file of another team is refused. Required.
  std::string team_id{};
  /// What must hold before a message leaves.
  Policy policy{};
  /// How long to wait for another process that holds the database's lock. Default 10 s; 0: not at
  /// all.
  std::chrono::milliseconds lock_timeout{10'000};
  /// The calendar. Must be thread-safe. Default: null, system_clock; with an engine, its server's
  /// clock, so that the machines' own do not count.
  std::function<TimePoint()> now{};
  /// Waiting, time spans and ids. Default: null, the system's.
  std::shared_ptr<Runtime> runtime{};
};

/// Messages that must not be lost, nor sent twice, over crashes and restarts: a queue in a file or,
/// with an engine, in a database that several machines share. A message is marked on disk before
/// its request leaves, and what may have left is never sent again by itself, unless it has a key
/// under which the service takes it once: see KeyedEntry.
///
/// Every const member may be called from any number of threads at once, and from several processes;
/// one run() works at a time, or with an engine one for each Outbox. Each call that changes
/// something blocks until the change is on disk: calls of several threads share the wait. No call
/// throws on a failure of its own. An Error of kind storage is about the file; `transient` if
/// waiting or making room helps. Nothing was changed then, but if the disk, or the connection to
/// the database, failed in the middle of the last write, the change may be found later: doing it
/// again does no harm. After fork() every call of the child is refused, and so is opening the same
/// file there: SQLite's locks do not outlive a fork. Open it only after fork(), or in a program
/// started by exec.
class DROPCOWBOY_API Outbox {
 public:
  /// Opens the file, or makes it. Errors: configuration (options out of range, a file of another
  /// team or of something else), storage (the disk; a file that is damaged, or newer than this
  /// library).
  static Result<Outbox> open(Options options);
  /// Only assigning to the moved-from outbox and destroying it are allowed afterwards.
  Outbox(Outbox&&) noexcept;
  /// Closes the one that was here.
  Outbox& operator=(Outbox&&) noexcept;
  /// Not during a call.
  ~Outbox();

  /// Adds messages, all or none; they are on disk when it returns. The same foreign_id with the
  /// same request again adds nothing, whatever its times: those of the first stay; with another
  /// request it is an Error (invalid_request), as is whatever validate() finds, each with the
  /// number of its entry from 0. A few hundred at a time cost little more than one.
  Result<std::vector<Added>> add(const std::vector<Entry>& entries) const;
  /// The same for messages of the v2 API. One foreign_id is one message, whatever its API: the
  /// key of a message does not protect it on v1. Nothing is prepared yet, so they may wait for
  /// days.
  Result<std::vector<Added>> add_keyed(const std::vector<KeyedEntry>& entries) const;
  /// Records what people said, all or nothing. A "no" holds for everything that is not marked yet.
  Result<void> permit(const std::vector<Permission>& permissions) const;
  /// The word about a number that counts now, its `at` set; nothing if nobody said any.
  Result<std::optional<Permission>> permission_of(std::string_view phone_number) const;

  /// Sends what is due until it is stopped. Blocks. Only one at a time for each file, or with an
  /// engine for each Outbox: a second one gets an error (storage, transient). The client must be of
  /// the outbox's own team (or else: configuration). First, and with an engine again and again,
  /// what a run that died has left behind becomes unknown. While an engine's database cannot be
  /// reached it waits and marks nothing; what is marked already leaves. The client must not send
  /// other messages meanwhile: they would wait for each other, and what waits is taken back with
  /// cancel_pending() when the breaker opens or an `expires` passes, to be judged again. Keyed
  /// messages wait for a run that has a client for them.
  RunReport run(const Client& client, const RunOptions& options = {}) const;
  /// The same for keyed messages alone, and what of them is in doubt is sent again. The client's
  /// ClientOptions::team_id must be the outbox's: another account has a memory of keys of its own,
  /// so that repeating a message there would send it twice.
  RunReport run(const v2::Client& client, const RunOptions& options = {}) const;
  /// Both kinds, each over its client. The service's limit of requests in flight is the account's:
  /// divide it between the two.
  RunReport run(const Client& client, const v2::Client& keyed_client,
                const RunOptions& options = {}) const;

  /// What a callback says; it is on disk when this returns. For the handler of a WebhookReceiver:
  /// return whether there is a value. May be called for the same event again, and before the answer
  /// to the message has come.
  Result<Recorded> record(const receiver::CallbackEvent& event) const;

  /// Cheap enough to be asked every second.
  Result<Status> status() const;
  /// A page of messages; reads as many as it must pass over, but never holds up writers.
  Result<Page> list(const Query& query) const;
  /// The request of one message. Error (invalid_request) if there is no such message, or its text
  /// was purged, or it is a keyed one.
  Result<RvmRequest> request_of(std::string_view foreign_id) const;
  /// The same of a keyed message.
  Result<v2::RvmRequest> keyed_request_of(std::string_view foreign_id) const;

  /// Adds a new message instead of one that failed, or has been unknown for 72 hours: one more
  /// contact attempt, which the policy judges like any other. Once for each message. A failure that
  /// nobody vouches for (Authenticity::none) has to wait as long, and one that another callback
  /// contradicts is not sent again. `who` is
  /// noted: the person who decided. Error (invalid_request) if it may not be.
  Result<Added> resend(std::string_view foreign_id, std::string new_foreign_id,
                       std::string_view who) const;
  /// A message that is ready, held or refused is never sent. Error (invalid_request) in any other
  /// state.
  Result<void> cancel(std::string_view foreign_id) const;
  /// A message that is held or refused is ready again, and judged again. Error (invalid_request) in
  /// any other state.
  Result<void> release(std::string_view foreign_id) const;
  /// The same for all messages held by adopt(); how many.
  Result<std::uint64_t> release_adopted() const;

  /// Deletes the texts of messages that were settled before this moment, but not of those that are
  /// unknown or held. What became of them is kept, and every permission.
  Result<PurgeReport> purge(TimePoint settled_before) const;
  /// Reads the whole file for damage and for rules that were broken from outside. Takes its time.
  Result<CheckReport> check_file() const;
  /// Accepts the file, or the engine's database, as the only one of its kind, after a person has
  /// made sure that no other copy of it is used. A copied file, or one restored from a backup, has
  /// lost the marks made since: so everything that was ready is held, and run() refuses before
  /// that; what was held or refused has a note that it may have been sent since. Keyed messages
  /// that are unknown are repeated as before: they have the key under which they were sent. Returns
  /// how many are newly held: look at each before you release() it.
  Result<std::uint64_t> adopt() const;

 private:
  struct Impl;
  explicit Outbox(std::shared_ptr<Impl> impl) noexcept;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dropcowboy::outbox
