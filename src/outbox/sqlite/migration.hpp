#pragma once

#include <chrono>

#include "outbox/sqlite/database.hpp"

namespace dropcowboy::outbox::sqlite {

/// Brings the file to the present schema in one transaction, after a copy of it, "X.before-N" for
/// version N, has been put beside it. While a run is at work it waits, at most so long, then throws
/// Exception (storage, transient); of any number of processes at once, one does it. Takes time in
/// proportion to the messages, and about twice the file's room on its disk meanwhile.
void migrate(Database& database, std::chrono::milliseconds lock_timeout);

}  // namespace dropcowboy::outbox::sqlite
