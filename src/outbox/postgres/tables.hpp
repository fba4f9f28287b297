#pragma once

#include <array>
#include <vector>

namespace dropcowboy::outbox::pg {

/// Makes the tables, without indexes and rules.
extern const char* const tables_sql;
/// Makes the functions and triggers that keep the rules. Functions of the same names are replaced;
/// triggers must not be there.
extern const char* const rules_sql;

/// An index that is not a constraint's: CREATE <kind> <name> <rest>.
struct Index {
  const char* name;
  const char* kind;
  const char* rest;
};
const std::vector<Index>& indexes();

struct Trigger {
  const char* table;
  const char* name;
};
/// Those of rules_sql. They fire ALWAYS, also where a session says that it is a replica.
const std::vector<Trigger>& triggers();

inline constexpr std::array table_names{"outbox",   "runner",     "message", "payload",
                                        "prepared", "permission", "tally"};

}  // namespace dropcowboy::outbox::pg
