#include "report.hpp"

#include <dropcowboy/printable.hpp>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "console.hpp"
#include "json_text.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

const char* advice(const Error& error) {
  switch (error.outcome) {
    case Outcome::not_sent:
      return error.transient ? "not sent; safe to send again" : "not sent; mend it first";
    case Outcome::rejected:
      return error.transient ? "rejected; safe to send again later" : "rejected; mend it first";
    case Outcome::unknown:
      return error.foreign_id.empty()
                 ? "UNKNOWN: it may have taken effect"
                 : "UNKNOWN: it may have been accepted, so do not send it again";
    case Outcome::accepted: break;  // is no error
  }
  return "";
}

}  // namespace

ordered_json to_document(const std::vector<Attempt>& attempts) {
  auto document = ordered_json::array();
  for (const Attempt& attempt : attempts) {
    document.push_back({{"outcome", to_string(attempt.outcome)},
                        {"http_status", attempt.http_status},
                        {"detail", attempt.detail}});
  }
  return document;
}

ordered_json to_document(const Receipt& receipt) {
  ordered_json document = {
      {"outcome", "accepted"}, {"status", receipt.status}, {"foreign_id", receipt.foreign_id}};
  if (receipt.drop_id) document["drop_id"] = *receipt.drop_id;
  if (receipt.request_id) document["request_id"] = *receipt.request_id;
  document["http_status"] = receipt.http_status;
  document["attempts"] = to_document(receipt.attempts);
  document["answer"] = as_it_came(receipt.body);
  return document;
}

ordered_json to_document(const std::vector<Issue>& issues) {
  auto document = ordered_json::array();
  for (const Issue& issue : issues) {
    document.push_back(
        {{"field", issue.field}, {"code", to_string(issue.code)}, {"message", issue.message}});
  }
  return document;
}

ordered_json to_document(const Validation& validation) {
  return {{"ok", validation.ok()},
          {"errors", to_document(validation.errors)},
          {"warnings", to_document(validation.warnings)}};
}

ordered_json to_document(const Error& error) {
  ordered_json document = {{"outcome", to_string(error.outcome)},
                           {"kind", to_string(error.kind)},
                           {"message", error.message},
                           {"safe_to_resend", error.safe_to_resend()},
                           {"transient", error.transient}};
  if (!error.foreign_id.empty()) document["foreign_id"] = error.foreign_id;
  if (!error.request_id.empty()) document["request_id"] = error.request_id;
  if (!error.code.empty()) document["code"] = error.code;
  if (error.resend_safe_until) {
    using std::chrono::seconds;
    document["resend_safe_until"] =
        std::chrono::duration_cast<seconds>(error.resend_safe_until->time_since_epoch()).count();
  }
  if (error.retry_after) document["retry_after_s"] = error.retry_after->count();
  document["http_status"] = error.http_status;
  document["issues"] = to_document(error.issues);
  document["attempts"] = to_document(error.attempts);
  document["answer"] = as_it_came(error.body);
  return document;
}

std::string in_words_of_the_tool(std::string message) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"set tls.ca_file or tls.ca_directory", "name it by --ca-file or DROPCOWBOY_CA_FILE"},
      {"check base_url", "check --base-url"},
      {"then call adopt()", "then say 'dropcowboy outbox adopt'"},
      {"give its team_id, or choose another path", "give its --team-id, or another --outbox"},
  };
  for (const auto& [library, tool] : words) {
    if (const auto at = message.find(library); at != std::string::npos) {
      message.replace(at, library.size(), tool);
    }
  }
  return message;
}

namespace {

/// What the command line has against a failure, besides mending the request.
const char* remedy(const Error& error) {
  switch (error.kind) {
    case ErrorKind::tls:
      return "behind a company's proxy that opens TLS, trust its authority: --ca-file FILE, or "
             "--native-store (DROPCOWBOY_CA_FILE, DROPCOWBOY_NATIVE_STORE)";
    case ErrorKind::network:
      return "if this machine needs a proxy: --proxy URL, or --proxy environment for https_proxy "
             "(DROPCOWBOY_PROXY)";
    case ErrorKind::authentication:
      return "'dropcowboy doctor' says where team id and secret come from, and whether they hold";
    default: return nullptr;
  }
}

}  // namespace

void say_remedy(const Error& error) {
  if (const char* text = remedy(error)) say(text);
}

void say(const Error& error) {
  if (error.kind == ErrorKind::invalid_request && !error.issues.empty()) {
    say_issues(error.issues);
    say_error("nothing was sent");
    return;
  }
  say_error(printable(in_words_of_the_tool(error.message)));  // the service's words, on one line
  say_issues(error.issues);
  say_remedy(error);
  std::string id = error.foreign_id.empty() ? "" : " (foreign_id " + error.foreign_id + ')';
  say(advice(error) + id);
}

ExitCode report(const Error& error) {
  say(error);
  print_document(to_document(error));
  return exit_code_of(error);
}

ExitCode report(const Result<Receipt>& result) {
  if (!result) return report(result.error());
  say_success("accepted: " + result->status + ", foreign_id " + result->foreign_id);
  say("Accepted means taken, not that the account may send it, nor that it was delivered: the "
      "callback tells. No callback proves nothing.");
  print_document(to_document(*result));
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
