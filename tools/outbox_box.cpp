#include "outbox_box.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "console.hpp"
#include "system.hpp"
#include "time_argument.hpp"
#ifdef WITH_POSTGRES  // where dropcowboy::outbox_postgres is built
#include <dropcowboy/outbox/postgres.hpp>
#endif

namespace dropcowboy::tool {

using nlohmann::ordered_json;
using outbox::Message;
using outbox::Outbox;
using outbox::Refusal;
using outbox::State;
using outbox::Status;

namespace {

std::string path_of(const OutboxFlags& flags) {
  if (flags.file && !flags.file->empty()) return *flags.file;
  if (const auto set = setting("OUTBOX")) return *set;
  throw UsageError("no outbox: pass --outbox FILE, or a database's URL, or set DROPCOWBOY_OUTBOX");
}

bool is_database(const std::string& place) {
  return place.rfind("postgresql:", 0) == 0 || place.rfind("postgres:", 0) == 0;
}

#ifdef WITH_POSTGRES

/// What the library says of a database without tables, as this program has it.
Error in_words_of_the_tool(Error error) {
  const std::string_view theirs = "call migrate()";
  const auto at = error.message.find(theirs);
  if (at != std::string::npos) {
    error.message.replace(at, theirs.size(), "say 'dropcowboy outbox migrate'");
  }
  return error;
}

Outbox open_database(const std::string& place, outbox::Options options) {
  options.engine = outbox::postgres({place});
  auto box = Outbox::open(std::move(options));
  if (!box) throw Exception(in_words_of_the_tool(box.error()));
  return *std::move(box);
}

Result<void> migrate_database(const std::string& place, const std::string& team_id) {
  return outbox::migrate({place}, team_id);
}

#else

[[noreturn]] void refuse_database() {
  throw UsageError(
      "this program was built without PostgreSQL: build it where libpq is installed "
      "(DROPCOWBOY_BUILD_OUTBOX_POSTGRES), or name a file");
}

Outbox open_database(const std::string&, const outbox::Options&) { refuse_database(); }
Result<void> migrate_database(const std::string&, const std::string&) { refuse_database(); }

#endif

Outbox open(const OutboxFlags& flags, std::string team_id, outbox::Policy policy,
            IfMissing if_missing) {
  outbox::Options options;
  options.team_id = std::move(team_id);
  options.policy = std::move(policy);
  const std::string place = path_of(flags);
  if (is_database(place)) return open_database(place, std::move(options));
  options.path = place;
  std::error_code fault;
  const bool is_there = std::filesystem::exists(file_named(options.path), fault);
  if (!is_there && if_missing == IfMissing::refuse) {
    throw UsageError("there is no outbox at " + options.path +
                     ": check the path; 'dropcowboy outbox add' and 'import' make one");
  }
  Outbox box = Outbox::open(std::move(options)).value();
  if (!is_there) say("made a new outbox: " + place);
  return box;
}

void set_if(ordered_json& document, const char* key, const std::string& text) {
  if (!text.empty()) document[key] = text;
}

void set_if(ordered_json& document, const char* key, const std::optional<outbox::TimePoint>& time) {
  if (time) document[key] = in_utc(*time);
}

}  // namespace

Outbox open_outbox(const OutboxFlags& flags, IfMissing if_missing) {
  return open(flags, find_team_id(flags.team_id), {}, if_missing);
}

Outbox open_outbox(const OutboxFlags& flags, std::string team_id, outbox::Policy policy) {
  return open(flags, std::move(team_id), std::move(policy), IfMissing::refuse);
}

ExitCode run(const OutboxMigrate& command) {
  const std::string place = path_of(command.outbox);
  if (!is_database(place)) {
    throw UsageError("only a database is migrated: a file is brought up to date when it is opened");
  }
  migrate_database(place, find_team_id(command.outbox.team_id)).value();
  say_success("the tables are there, and up to date");
  print_document({{"migrated", true}});
  return ExitCode::accepted;
}

void require_yes(bool yes, const std::string& what) {
  if (!yes) throw UsageError(what + " Nothing was changed; if you mean it, say --yes");
}

ordered_json to_document(const Message& message) {
  ordered_json document = {{"id", message.id},
                           {"foreign_id", message.foreign_id},
                           {"phone_number", message.phone_number},
                           {"state", to_string(message.state)}};
  if (message.refusal != Refusal::none) document["refusal"] = to_string(message.refusal);
  if (message.state == State::ready) document["due"] = in_utc(message.due);
  set_if(document, "expires", message.expires);
  set_if(document, "marked_at", message.marked_at);
  set_if(document, "settled_at", message.settled_at);
  if (message.returned > 0) document["returned"] = message.returned;
  if (message.result != DropStatus::other) {
    document["result"] = to_string(message.result);
  }
  if (message.reason != Reason::none) document["reason"] = to_string(message.reason);
  set_if(document, "drop_id", message.drop_id);
  set_if(document, "note", message.note);
  set_if(document, "resend_of", message.resend_of);
  set_if(document, "resent_by", message.resent_by);
  if (message.keyed) document["keyed"] = true;
  if (message.repeats > 0) document["repeats"] = message.repeats;
  set_if(document, "repeat_at", message.repeat_at);
  return document;
}

ordered_json counts_of(const Status& status) {
  auto document = ordered_json::object();
  for (const State state : outbox::all_states) {
    if (status.count(state) > 0) document[std::string(to_string(state))] = status.count(state);
  }
  return document;
}

ordered_json to_document(const Status& status) {
  ordered_json document = {{"messages", counts_of(status)}};
  auto refused = ordered_json::object();
  for (const Refusal why : outbox::all_refusals) {
    if (status.count(why) > 0) refused[std::string(to_string(why))] = status.count(why);
  }
  document["refused"] = std::move(refused);
  if (status.oldest_due_age) {
    document["oldest_due_age_s"] =
        std::chrono::duration_cast<std::chrono::seconds>(*status.oldest_due_age).count();
  }
  set_if(document, "next_due", status.next_due);
  if (status.to_be_repeated > 0) document["to_be_repeated"] = status.to_be_repeated;
  document["unknown_past_72_hours"] = status.unknown_past_72_hours;
  document["needs_adoption"] = status.needs_adoption;
  return document;
}

int say_alerts(const Status& status) {
  int alerts = 0;
  const auto alert = [&alerts](const std::string& text) {
    ++alerts;
    say_warning(text);
  };
  if (status.needs_adoption) {
    alert(
        "this file is a copy, or older than it was: nothing is sent before 'dropcowboy outbox "
        "adopt'");
  }
  if (status.unknown_past_72_hours > 0) {
    alert(std::to_string(status.unknown_past_72_hours) +
          " unknown for more than 72 hours: a person has to decide (list --state unknown "
          "--older-than 72h, then resend or leave it)");
  }
  if (const auto held = status.count(State::held); held > 0) {
    alert(std::to_string(held) + " held: a person has to look (list --state held)");
  }
  if (const auto refused = status.count(Refusal::no_consent); refused > 0) {
    alert(std::to_string(refused) +
          " refused because nobody recorded that the person agreed (permit, then release)");
  }
  return alerts;
}

outbox::Query to_query(const QueryFlags& flags) {
  outbox::Query query;
  if (flags.state) {
    query.state = outbox::state_called(*flags.state);
    if (!query.state) {
      throw UsageError("--state: there is no state " + *flags.state +
                       "; see 'dropcowboy outbox list --help'");
    }
  }
  if (flags.older_than) query.older_than = span_from("--older-than", *flags.older_than);
  query.phone_number = flags.phone_number;
  return query;
}

}  // namespace dropcowboy::tool
