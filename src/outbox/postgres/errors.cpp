#include <algorithm>
#include <array>

#include "core/make_error.hpp"
#include "outbox/postgres/connection.hpp"

namespace dropcowboy::outbox::pg {

namespace {

struct Meaning {
  std::string_view states;  ///< an SQLSTATE, or the class that it begins with
  ErrorKind kind;
  bool passes;  ///< waiting, or making room, helps
  const char* words;
};

constexpr auto storage = ErrorKind::storage;
constexpr auto configuration = ErrorKind::configuration;

// The first that fits counts.
constexpr std::array meanings{
    Meaning{"25006", storage, true,
            "it can only be read: it is a standby, or was made read-only; connect to the primary"},
    Meaning{"0A000", storage, true, "it can do this only when it is no standby any more"},
    Meaning{"40", storage, true, "another transaction was in the way each time"},
    Meaning{"53100", storage, true, "there is no room: make room on its disk"},
    Meaning{"53", storage, true, "it has no room left: for connections, locks or memory"},
    Meaning{"55P03", storage, true,
            "another transaction has locked it: let that finish, or raise lock_timeout"},
    Meaning{"57014", storage, true, "somebody, or a time limit, cancelled the statement"},
    Meaning{"57", storage, true, "the server ended the connection, or is not ready"},
    Meaning{"08", storage, true, "the connection broke"},
    Meaning{"25P03", storage, true, "the server ended a transaction that stood still too long"},
    Meaning{"28", configuration, false, "it lets this user not in: check user and password"},
    Meaning{"3D000", configuration, false, "there is no such database: make it with createdb"},
    Meaning{"3F000", configuration, false, "it holds no outbox: call migrate() once"},
    Meaning{"42P01", configuration, false, "it holds no outbox: call migrate() once"},
    Meaning{"42703", storage, false, "its tables are of another version: call migrate()"},
    Meaning{"42501", configuration, false, "this user lacks a right: see docs/outbox.md"},
    Meaning{"23", storage, false, "a rule of the outbox forbids this change"},
    Meaning{"P0001", storage, false, "a rule of the outbox forbids this change"},
    Meaning{"XX", storage, false, "it is damaged: keep it, restore a backup, then adopt that"},
    Meaning{"58", storage, false, "its disk failed: look after it, then start again"},
};

}  // namespace

Error storage_error(std::string_view sqlstate, const std::string& name) {
  if (sqlstate.empty()) {
    return not_sent_for_now(storage, name + ": the connection broke, or could not be made");
  }
  const auto found = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& one) {
    return sqlstate.substr(0, one.states.size()) == one.states;
  });
  const bool is_known = found != meanings.end();
  std::string text = name + ": ";
  text += is_known ? found->words : "PostgreSQL refused";
  text.append(" (SQLSTATE ").append(sqlstate).append(")");
  Error error = not_sent(is_known ? found->kind : storage, std::move(text));
  error.transient = is_known && found->passes;
  return error;
}

}  // namespace dropcowboy::outbox::pg
