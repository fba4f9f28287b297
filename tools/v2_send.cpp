#include <nlohmann/json.hpp>

#include "config_file.hpp"
#include "console.hpp"
#include "input.hpp"
#include "report.hpp"
#include "v2_commands.hpp"
#include "v2_request_flags.hpp"

namespace dropcowboy::tool::v2 {

namespace {

using dropcowboy::v2::Prepared;
using dropcowboy::v2::Receipt;
using dropcowboy::v2::RvmRequest;
using dropcowboy::v2::SmsRequest;
using nlohmann::ordered_json;

ordered_json to_document(const Receipt& receipt) {
  ordered_json document = {{"outcome", "accepted"},
                           {"status", receipt.status},
                           {"foreign_id", receipt.foreign_id},
                           {"message_id", receipt.message_id},
                           {"idempotency_key", receipt.idempotency_key}};
  if (receipt.request_id) document["request_id"] = *receipt.request_id;
  document["http_status"] = receipt.http_status;
  document["attempts"] = tool::to_document(receipt.attempts);
  return document;
}

ExitCode report_sent(const Session& session, const Result<Receipt>& result,
                     const std::string& saved) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) {
    if (!saved.empty() && result.error().resend_safe_until) {
      say("it is stored in " + saved + ": 'dropcowboy --api v2 send-saved " + saved +
          "' sends the same message again, within 23 hours, without the risk of a second one");
    }
    return report(result.error());
  }
  say_success("queued, foreign_id " + result->foreign_id);
  say("Queued proves nothing yet: even a wrong key is queued, and fails in the callback.");
  print_document(to_document(*result));
  return ExitCode::accepted;
}

template <class Request>
ExitCode send(const CallFlags& call, const FlagValues& values, const std::string& save) {
  Request request;
  apply(values, request);
  const Validation found = validate(request);
  say_issues(found.warnings);
  const Session session(call);
  if (save.empty() || call.dry_run) {
    return report_sent(session, session.client().send(request, session.options()), "");
  }
  const auto prepared = session.client().prepare(request);
  if (!prepared) return report(prepared.error());
  create_private_file(save, to_json(*prepared) + '\n',
                      "it may hold a message that was sent. 'dropcowboy --api v2 send-saved " +
                          save + "' sends that one again; for a new message name another file");
  return report_sent(session, session.client().send(*prepared, session.options()), save);
}

}  // namespace

ExitCode run(const SendRvm& command) {
  return send<RvmRequest>(command.call, command.values, command.save);
}

ExitCode run(const SendSms& command) {
  return send<SmsRequest>(command.call, command.values, command.save);
}

ExitCode run(const SendSaved& command) {
  const auto prepared = Prepared::from_json(read_text(command.file));
  if (!prepared) return report(prepared.error());
  const Session session(command.call);
  return report_sent(session, session.client().send(*prepared, session.options()),
                     command.file == "-" ? "" : command.file);
}

}  // namespace dropcowboy::tool::v2
