#include <dropcowboy/sms.hpp>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "console.hpp"
#include "explain.hpp"
#include "input.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

Issue not_an_object(std::string_view what, const Error& error) {
  return {Severity::error, what, IssueCode::not_a_json_object, error.message};
}

template <class Request>
Validation judge(const std::string& text) {
  const auto request = Request::from_json(text);
  if (request) return validate(*request);
  Validation validation;
  validation.errors = request.error().issues;
  if (validation.errors.empty()) {
    validation.errors.push_back(not_an_object("(request)", request.error()));
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
  const std::string text = read_text(command.file);
  const auto event = Webhook::parse(text);
  if (!event) {
    say_error(event.error().message);
    print_document(
        {{"issues", to_document(std::vector<Issue>{not_an_object("(body)", event.error())})},
         {"body", text}});
    return ExitCode::invalid;
  }
  explain(*event);
  print_document(to_document(*event));
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
