#pragma once

#include <memory>

#include "dropcowboy/options.hpp"
#include "dropcowboy/result.hpp"
#include "dropcowboy/rvm.hpp"

namespace dropcowboy {

/// Sends ringless voicemails through the vendor's v1 API.
///
/// Make one per account and keep it: it pools connections. Every const member may be called from
/// any number of threads at once; moving and destroying may not happen during a call. Starts no
/// thread. After fork() the child's client refuses every call and the parent's goes on undisturbed;
/// a child that wants to send makes a client of its own.
class DROPCOWBOY_API Client {
 public:
  /// Throws Exception (configuration) with every issue if the options cannot work.
  explicit Client(ClientOptions options);
  /// The same without throwing.
  static Result<Client> create(ClientOptions options);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// Sends one voicemail and blocks until the service has taken it, refused it, or the deadline has
  /// passed. Send only to people who agreed to it.
  ///
  /// An Error says in `delivery` whether the voicemail may exist: only not_sent and rejected are
  /// safe to send again. A failed attempt is repeated by itself only when that is certain.
  Result<RvmReceipt> send(const RvmRequest& request, const SendOptions& options = {}) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropcowboy
