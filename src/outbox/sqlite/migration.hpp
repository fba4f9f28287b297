#pragma once

#include <chrono>

#include "outbox/sqlite/database.hpp"

namespace dropcowboy::outbox::sqlite {

/// Brings the file to the present schema in one transaction. While a run is at work it waits, at
/// most so long, then throws Exception (storage, transient); of any number of processes at once,
/// one does it. Of version 1 a copy, "X.before-1", is put beside it first: that takes time in
/// proportion to the messages, and about twice the file's room on its disk meanwhile. Version 2
/// only gets its triggers anew.
void migrate(Database& database, std::chrono::milliseconds lock_timeout);

}  // namespace dropcowboy::outbox::sqlite
