#include <dropcowboy/sms.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "explain.hpp"
#include "input.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

template <class Request>
Validation judge(const std::string& text) {
  const auto request = Request::from_json(text);
  if (request) return validate(*request);
  Validation validation;
  validation.errors = request.error().issues;
  if (validation.errors.empty()) {
    validation.errors.push_back(
        {Severity::error, "(request)", IssueCode::not_a_json_object, request.error().message});
  }
  return validation;
}

}  // namespace

ExitCode run(const Validate& command) {
  const std::string text = read_text(command.file);
  const Validation validation = command.sms ? judge<SmsRequest>(text) : judge<RvmRequest>(text);
  say_issues(validation.errors);
  say_issues(validation.warnings);
  if (validation.ok()) say_success("valid: nothing speaks against sending it");
  print_document(to_document(validation));
  return validation.ok() ? ExitCode::accepted : ExitCode::invalid;
}

ExitCode run(const Decode& command) {
  const auto event = Webhook::parse(read_text(command.file));
  if (!event) {
    say_error(event.error().message);
    print_document(to_document(event.error()));
    return ExitCode::invalid;
  }
  explain(*event);
  print_document(to_document(*event));
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
