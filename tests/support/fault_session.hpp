#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <optional>
#include <string>

#include "support/faults.hpp"
#include "support/ledger.hpp"
#include "support/listener.hpp"
#include "support/wire.hpp"

namespace dropcowboy::support {

/// When a server decides how to behave.
enum class Moment {
  connection,  ///< a new one
  request,     ///< the first byte of one has arrived
};

inline bool strikes_at(const Fault& fault, Moment moment) noexcept {
  return (fault.point == Point::handshake) == (moment == Moment::connection) &&
         fault.point != Point::listener;
}

/// What the connections of one server share. All of it is thread-safe and outlives them.
struct House {
  const Signal& hang_up;  ///< asks connections to end that wait for a request
  Ledger& ledger;
  const std::string& other_url;
  std::function<std::optional<Fault>(Moment)> choose;  ///< nothing: behave well
  std::function<SSL_CTX*(Certificate)> tls;            ///< null for plain HTTP
  std::function<void(Listener::Manner)> shut_door;
};

/// Serves one connection to its end.
void serve(Wire wire, const House& house);

}  // namespace dropcowboy::support
