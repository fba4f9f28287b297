#include "commands.hpp"
#include "console.hpp"
#include "input.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

/// The request, or everything that is wrong with it: before anybody has to have an account.
template <class Request>
Result<Request> assemble(const std::string& json, const FlagValues& values) {
  Request request;
  if (!json.empty()) {
    auto read = Request::from_json(read_text(json));
    if (!read) return std::move(read).error();
    request = *std::move(read);
  }
  std::vector<Issue> errors = apply(values, request);
  Validation found = validate(request);
  say_issues(found.warnings);
  errors.insert(errors.end(), found.errors.begin(), found.errors.end());
  if (errors.empty()) return request;
  Error error;
  error.kind = ErrorKind::invalid_request;
  error.outcome = Outcome::not_sent;
  error.message = "the request has " + std::to_string(errors.size()) +
                  (errors.size() == 1 ? " error" : " errors") + ", so nothing was sent";
  error.foreign_id = request.foreign_id.value_or("");
  error.issues = std::move(errors);
  return error;
}

template <class Request>
ExitCode send(const CallFlags& call, const std::string& json, const FlagValues& values) {
  const auto request = assemble<Request>(json, values);
  if (!request) return report(request.error());
  const Session session(call);
  const auto result = session.client().send(*request, session.options());
  if (const auto done = session.print_dry_run()) return *done;
  return report(result);
}

}  // namespace

ExitCode run(const SendRvm& command) {
  return send<RvmRequest>(command.call, command.json, command.values);
}

ExitCode run(const SendSms& command) {
  return send<SmsRequest>(command.call, command.json, command.values);
}

}  // namespace dropcowboy::tool
