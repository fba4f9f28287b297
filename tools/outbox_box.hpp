#pragma once

#include <dropcowboy/outbox/outbox.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "outbox_commands.hpp"

// What the outbox's commands share. docs/outbox-tool.md describes the documents.
namespace dropcowboy::tool {

enum class IfMissing {
  make,   ///< a new outbox
  refuse  ///< there must be one: what only reads would make an empty one of a slip of the pen
};

/// The outbox that the flags name. UsageError if they name none, or there is none; an Error of the
/// library's is thrown as Exception.
outbox::Outbox open_outbox(const OutboxFlags& flags, IfMissing if_missing);
/// The same for this team and policy.
outbox::Outbox open_outbox(const OutboxFlags& flags, std::string team_id, outbox::Policy policy);

/// Unless `yes`, throws UsageError with what the command would do.
void require_yes(bool yes, const std::string& what);

nlohmann::ordered_json to_document(const outbox::Message& message);
nlohmann::ordered_json to_document(const outbox::Status& status);
/// The counts of messages by state, those of zero left out.
nlohmann::ordered_json counts_of(const outbox::Status& status);
/// Says what a person has to look at; how many such things there are.
int say_alerts(const outbox::Status& status);

/// The policy's words about times and numbers as the library's query has them. UsageError for a
/// state that there is not.
outbox::Query to_query(const QueryFlags& flags);

}  // namespace dropcowboy::tool
