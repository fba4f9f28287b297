#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dropcowboy/account.hpp"
#include "dropcowboy/contact_list.hpp"
#include "dropcowboy/move_only_function.hpp"
#include "dropcowboy/options.hpp"
#include "dropcowboy/receipt.hpp"
#include "dropcowboy/result.hpp"
#include "dropcowboy/rvm.hpp"
#include "dropcowboy/sms.hpp"
#include "dropcowboy/stats.hpp"

namespace dropcowboy {

/// Speaks the vendor's v1 API: ringless voicemails, text messages, contact lists, and what the
/// account holds.
///
/// Make one per account and keep it: it pools connections. Every const member may be called from
/// any number of threads at once; moving and destroying may not happen during a call, but in a
/// completion. The first send_async() starts one thread; nothing else does, but libcurl may start
/// some to resolve names.
/// No call throws on a failure of its own, but std::bad_alloc is let through: if it comes out of a
/// blocking call, that may have had its effect, as after an unknown outcome. What send_async() has
/// accepted completes also then. After fork() the child's client refuses every call, and
/// drain() is false there at once; the parent's goes on undisturbed. A child that wants to send
/// makes a client of its own.
class DROPCOWBOY_API Client {
 public:
  /// Throws Exception (configuration) with every issue if the options cannot work.
  explicit Client(ClientOptions options);
  /// The same without throwing.
  static Result<Client> create(ClientOptions options);

  /// Only assigning to the moved-from client and destroying it are allowed afterwards.
  Client(Client&&) noexcept;
  /// Ends the client that was here as the destructor does.
  Client& operator=(Client&&) noexcept;
  /// Completes everything that send_async() accepted before it returns, as ErrorKind::shutdown:
  /// what never left as not_sent, what was under way with what is known about it. Call drain()
  /// before to let it finish. May be destroyed from a completion; the rest is then completed after
  /// that returns.
  ~Client();

  /// Sends one voicemail and blocks until the service has taken it, refused it, or its
  /// total_timeout has passed. Send only to people who agreed to it.
  ///
  /// An Error says in `outcome` whether the voicemail may exist: only not_sent and rejected are
  /// safe to send again. A failed attempt is repeated by itself only when that is certain.
  Result<Receipt> send(const RvmRequest& request, const CallOptions& options = {}) const;
  /// Sends one text message, with the same care and the same answers.
  Result<Receipt> send(const SmsRequest& request, const CallOptions& options = {}) const;

  /// What send_async() calls when it knows the outcome: any function that takes a Result<Receipt>,
  /// also one that cannot be copied.
  using Completion = MoveOnlyFunction<Result<Receipt>>;

  /// The same in the background: the request is checked and encoded now, queued, and sent by the
  /// client's thread at the pace and with the concurrency of ClientOptions::limits. Blocks only
  /// while the queue is full, which LimitOptions::when_full can change; a cancelled token ends
  /// that, too.
  std::future<Result<Receipt>> send_async(const RvmRequest& request,
                                          const CallOptions& options = {}) const;
  /// The same for a text message.
  std::future<Result<Receipt>> send_async(const SmsRequest& request,
                                          const CallOptions& options = {}) const;
  /// Calls `completion` exactly once: on the client's thread, without a lock held, or before this
  /// returns if the request is refused at once (invalid, not allowed, no room, no time). Keep it
  /// short, it holds up all others; it may send, and may destroy the client. What it throws is
  /// caught and reported to on_event. Throws Exception (invalid_request) if `completion` is empty,
  /// and then nothing has been handed over.
  void send_async(const RvmRequest& request, Completion completion,
                  const CallOptions& options = {}) const;
  /// The same for a text message.
  void send_async(const SmsRequest& request, Completion completion,
                  const CallOptions& options = {}) const;

  /// Blocks until everything that send_async() had accepted before this call has completed; what is
  /// handed over meanwhile does not count. False if `timeout` passed first. From a completion it
  /// returns false at once.
  bool drain(std::chrono::milliseconds timeout) const;
  /// Completes as cancelled everything that was handed over before this call and is queued or waits
  /// to be tried again; what is under way goes on. Does not wait for it.
  void cancel_pending() const;
  /// Changes limits.requests_per_second from now on, for what waits already, too. Error
  /// (configuration) if it is out of range, and then nothing changes.
  Result<void> set_rate(double requests_per_second) const;
  /// What the client has done so far. Waits for no message.
  Stats stats() const;
  /// Whose messages it sends: the team_id of its credentials. Valid as long as the client.
  const std::string& team_id() const noexcept;

  // What the account holds. These calls only read, so they are repeated after any transient
  // failure; they block like send().

  /// Asks whether the credentials hold. No send can tell: a message with a stale secret is accepted
  /// and fails in its callback. An Error of kind authentication: they do not. Makes one call,
  /// `GET /brand`. For the start of a program, and whenever results stay away.
  Result<AccountCheck> check_account(const CallOptions& options = {}) const;
  /// The brands of the account's trust center.
  Result<std::vector<Brand>> list_brands(const CallOptions& options = {}) const;
  /// The recordings. `api_allowed`: only those that may be used through this API, or only those
  /// that may not.
  Result<std::vector<Media>> list_recordings(std::optional<bool> api_allowed = std::nullopt,
                                             const CallOptions& options = {}) const;
  /// The recordings and the account's other audio files.
  Result<std::vector<Media>> list_media(const CallOptions& options = {}) const;
  /// The number pools.
  Result<std::vector<Pool>> list_pools(const CallOptions& options = {}) const;

  // Contact lists. Ids and names must not be blank; an id may hold any character. All block.

  /// Never repeated after an unknown outcome: the list may exist then, and a second one of the same
  /// name be made.
  Result<ContactList> create_contact_list(std::string_view list_name,
                                          const CallOptions& options = {}) const;
  /// Reads only.
  Result<ContactList> get_contact_list(std::string_view list_id,
                                       const CallOptions& options = {}) const;
  /// Renaming twice is as good as once: so it is repeated after any transient failure, and may be
  /// called again after an unknown outcome.
  Result<void> rename_contact_list(std::string_view list_id, std::string_view list_name,
                                   const CallOptions& options = {}) const;
  /// The same holds for deleting. If an attempt of unknown outcome is followed by "not found", the
  /// list is gone, which is success.
  Result<void> delete_contact_list(std::string_view list_id, const CallOptions& options = {}) const;
  /// Adds contacts, however many: in calls of at most 10,000 rows, one after the other. All rows
  /// are checked before the first call. A call of unknown outcome is not repeated; that and every
  /// other failure ends the work, and the report says which rows are in the list, which are not,
  /// and for which it is unknown.
  AppendReport append_contacts(std::string_view list_id, const ContactRows& rows,
                               const AppendOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy
