// run: sends what is due, and receives what comes back.
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "console.hpp"
#include "outbox_box.hpp"
#include "outbox_receiving.hpp"
#include "report.hpp"
#include "time_argument.hpp"

namespace dropcowboy::tool {

using nlohmann::ordered_json;
using outbox::Outbox;
using outbox::RunReport;
using outbox::State;
using outbox::Status;

namespace {

/// "3/72h".
outbox::ContactLimit limit_from(const std::string& text) {
  outbox::ContactLimit limit;
  const std::size_t slash = text.find('/');
  const char* const end = text.data() + std::min(slash, text.size());
  const auto [stop, fault] = std::from_chars(text.data(), end, limit.attempts);
  if (slash == std::string::npos || fault != std::errc() || stop != end) {
    throw UsageError("--limit is a count and a span: 3/72h; or none");
  }
  const auto span = span_from("--limit, after the stroke,", text.substr(slash + 1));
  limit.within = std::chrono::floor<std::chrono::hours>(span);
  if (limit.within != span) throw UsageError("--limit counts whole hours: 3/72h");
  return limit;
}

outbox::Policy policy_of(const OutboxRun& command) {
  outbox::Policy policy;
  policy.require_consent = !command.consent_elsewhere;
  if (command.limits.empty()) return policy;
  policy.limits.clear();
  if (command.limits.size() == 1 && command.limits[0] == "none") return policy;
  for (const std::string& text : command.limits) policy.limits.push_back(limit_from(text));
  return policy;
}

/// What it did, with what is known at the end, when callbacks may have come.
ordered_json document_of(const RunReport& report, const Status& status) {
  ordered_json document = {{"handed_over", report.handed_over}, {"accepted", report.accepted},
                           {"unknown", report.unknown},         {"returned", report.returned},
                           {"refused", report.refused},         {"held", report.held},
                           {"abandoned", report.abandoned},     {"postponed", report.postponed},
                           {"messages", counts_of(status)}};
  if (report.repeated > 0) document["repeated"] = report.repeated;
  if (report.error) document["error"] = to_document(*report.error);
  return document;
}

/// What needs most care comes first.
ExitCode exit_code_of(const RunReport& report, const Status& status, bool was_stopped) {
  const bool is_unknown = report.unknown + report.abandoned > 0 && status.count(State::unknown) > 0;
  if (is_unknown || status.count(State::sending) > 0) return ExitCode::unknown;
  if (report.error) return tool::exit_code_of(*report.error);
  if (report.held + report.refused > 0) return ExitCode::rejected;
  return was_stopped && report.returned > 0 ? ExitCode::not_sent : ExitCode::accepted;
}

void say(const RunReport& report, const Status& status, bool keyed) {
  if (report.abandoned > 0) {
    say_warning(std::to_string(report.abandoned) +
                " were on their way when an earlier run died: unknown, and " +
                (keyed ? "sent again under their keys" : "not sent again"));
  }
  if (report.error) tool::say(*report.error);
  const std::string text =
      std::to_string(report.accepted) + " accepted, " + std::to_string(report.unknown) +
      " unknown, " + std::to_string(report.refused) + " refused, " + std::to_string(report.held) +
      " held, " + std::to_string(status.count(State::ready)) + " left";
  report.ok() ? say_success(text) : tool::say(text);
  say_alerts(status);
}

/// AnySession: a session of either API.
template <class AnySession>
RunReport send(const Outbox& box, const AnySession& session, const OutboxRun& command) {
  outbox::RunOptions options;
  options.max_unanswered = command.max_unanswered;
  options.until_empty = command.until_empty;
  options.until_idle = command.until_idle;
  options.stop = session.cancel();
  const auto ready = static_cast<std::size_t>(box.status().value().count(State::ready));
  const bool ends = command.until_empty || command.until_idle;
  ProgressBar bar(ends && ready > 100 ? ready : 0, "messages");
  std::size_t done = 0;
  options.on_change = [&](const outbox::Change& change) {
    if (change.state != State::ready) bar.show(std::min(++done, ready));
  };
  return box.run(session.client(), options);
}

/// Of thousands of messages each retry would be a line too many.
void say_breaker(const Event& event) {
  if (event.type == EventType::breaker_opened) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(event.wait).count();
    say_warning("the service fails: nothing is started for " + std::to_string(seconds) + " s");
  }
  if (event.type == EventType::breaker_closed) tool::say("the service works again");
}

void greet(const OutboxReceiving& receiving, bool is_proven) {
  tool::say("Listening for callbacks at " + receiving.url() +
            "; only this machine reaches it, so put a proxy in front that speaks https." +
            (is_proven ? "" : " Nobody vouches for what comes."));
  print_event({{"event", "listening"}, {"url", receiving.url()}});
}

template <class AnySession>
ExitCode run_with(const AnySession& session, const std::string& team_id, const OutboxRun& command,
                  const std::shared_ptr<const receiver::CallbackSigner>& signer,
                  std::chrono::seconds wait) {
  const Outbox box = open_outbox(command.outbox, team_id, policy_of(command));
  std::optional<OutboxReceiving> receiving;
  if (command.listen) {
    receiving.emplace(box, *command.listen, signer, command.accept_unauthenticated);
    greet(*receiving, signer != nullptr);
  }
  const RunReport report = send(box, session, command);
  if (receiving && report.ok() && !session.cancel().cancelled()) {
    tool::say("sent; waiting for callbacks, Ctrl-C ends");
    receiving->wait_for_callbacks(wait, session.cancel());
  }
  receiving.reset();
  const Status status = box.status().value();
  say(report, status, command.keyed);
  ordered_json document = document_of(report, status);
  if (!command.listen) {
    print_document(document);
  } else {
    ordered_json event = {{"event", "ended"}};
    event.update(document);
    print_line(event);
  }
  return exit_code_of(report, status, session.cancel().cancelled());
}

ExitCode run_keyed(const OutboxRun& command, std::chrono::seconds wait) {
  const std::string team_id = find_team_id(command.outbox.team_id);
  const auto signer = signer_from_environment(team_id);
  const v2::Session session(command.keyed_call, [&](dropcowboy::v2::ClientOptions& options) {
    options.team_id = team_id;
    options.foreign_id_tagger = signer;
    options.on_event = say_breaker;
  });
  return run_with(session, team_id, command, signer, wait);
}

}  // namespace

ExitCode run(const OutboxRun& command) {
  if (command.until_empty && command.until_idle) {
    throw UsageError("--until-empty or --until-idle, one of the two");
  }
  const auto wait = span_from("--callback-wait", command.callback_wait);
  static_cast<void>(policy_of(command));  // a slip of the pen is told first
  if (command.keyed) return run_keyed(command, wait);
  std::shared_ptr<const receiver::CallbackSigner> signer;
  const Session session(command.call, [&signer](ClientOptions& options) {
    signer = signer_from_environment(options.credentials.team_id);
    options.foreign_id_tagger = signer;
    options.on_event = say_breaker;
  });
  return run_with(session, *session.account().settings.team_id, command, signer, wait);
}

}  // namespace dropcowboy::tool
