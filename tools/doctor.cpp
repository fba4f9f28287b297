#include <dropcowboy/printable.hpp>
#include <dropcowboy/rvm.hpp>
#include <nlohmann/json.hpp>

#include "clock.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "findings.hpp"
#include "json_text.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

bool check_clock(const Result<AccountCheck>& account, Findings& findings) {
  const auto service_time = account ? account->service_time : std::nullopt;
  const std::string complaint =
      complaint_about_clock(std::chrono::system_clock::now(), service_time);
  if (!complaint.empty()) {
    findings.bad("clock", complaint);
  } else if (service_time) {
    findings.good("clock", "within 300 s of the service's");
  } else {
    findings.good("clock", "plausible; signed webhooks need it right within 300 s");
  }
  return complaint.empty();
}

/// As a send would be checked; false if it would be refused.
bool check_callback_url(const std::string& url, Findings& findings) {
  RvmRequest request;
  request.callback_url = url;
  const Validation validation = validate(request);
  const auto said = [](const std::vector<Issue>& issues) {
    std::string text;
    for (const Issue& issue : issues) {
      if (issue.field != "callback_url") continue;
      text += (text.empty() ? "" : "; ") + issue.message;
    }
    return text;
  };
  if (const std::string errors = said(validation.errors); !errors.empty()) {
    findings.bad("callback_url", errors);
    return false;
  }
  const std::string warnings = said(validation.warnings);
  if (!warnings.empty()) {
    findings.doubtful("callback_url", warnings);
  } else {
    findings.good("callback_url",
                  "its form is good; whether the service reaches it only a callback shows");
  }
  return true;
}

std::string origin_of(const FoundAccount& account) {
  return "team id from " + account.team_id_from + ", secret from " + account.secret_from +
         ", base URL " +
         (account.base_url_from.empty() ? "the vendor's" : "from " + account.base_url_from);
}

void tell_way(const FoundAccount& account, const char* who, Findings& findings) {
  const bool is_https = account.settings.base_url.value_or("https:").substr(0, 6) == "https:";
  findings.good("base_url", who + std::string(is_https ? " answers there, over verified TLS"
                                                       : " answers there, over plain http"));
}

/// Where the way to a good answer ended.
void tell_failure(const FoundAccount& account, const Error& error, Findings& findings) {
  const bool was_answered = error.http_status != 0;
  if (was_answered) tell_way(account, "somebody", findings);
  if (error.kind == ErrorKind::authentication) {
    return findings.bad("credentials", printable(error.message) +
                                           ". Team id: " + account.team_id_from +
                                           "; secret: " + account.secret_from);
  }
  const char* what = error.kind == ErrorKind::tls ? "tls" : was_answered ? "service" : "base_url";
  findings.bad(what, printable(in_words_of_the_tool(error.message)));
  say_remedy(error);
}

std::string words_for(const std::optional<bool>& told) {
  return !told ? "not told" : *told ? "yes" : "no";
}

void tell_brands(const AccountCheck& check, Findings& findings) {
  for (const Brand& brand : check.brands) {
    say("         " + printable(brand.brand_id + "  " + brand.company_name) + ": registered " +
        words_for(brand.registered) + ", allowed for this API " + words_for(brand.api_allowed));
  }
  const std::size_t usable = check.usable_brand_ids().size();
  const std::string count =
      std::to_string(usable) + " of " + std::to_string(check.brands.size()) + " can be used";
  if (usable > 0) {
    findings.good("brands", count);
  } else {
    findings.bad("brands", count +
                               ": register one in the trust center and have it allowed for the "
                               "API, else every message fails in its callback");
  }
}

ordered_json brands_of(const AccountCheck& check) {
  auto brands = ordered_json::array();
  for (const Brand& brand : check.brands) brands.push_back(as_it_came(brand.json));
  return brands;
}

}  // namespace

ExitCode run(const Doctor& command) {
  Findings findings;
  ExitCode worst = ExitCode::accepted;
  if (command.callback_url && !check_callback_url(*command.callback_url, findings)) {
    worst = ExitCode::invalid;
  }
  const Session session(command.call);
  findings.good("account", origin_of(session.account()));
  const auto check = session.client().check_account(session.options());
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!check_clock(check, findings)) worst = ExitCode::usage;
  ordered_json brands = ordered_json::array();
  if (check) {
    tell_way(session.account(), "the service", findings);
    findings.good("credentials", "they hold");
    tell_brands(*check, findings);
    brands = brands_of(*check);
    if (check->usable_brand_ids().empty()) worst = ExitCode::rejected;
  } else {
    tell_failure(session.account(), check.error(), findings);
    worst = exit_code_of(check.error());
  }
  say("That a message is accepted does not say that it will be sent: its callback does.");
  ordered_json document = findings.document();
  document["brands"] = std::move(brands);
  document["usable_brand_ids"] = check ? check->usable_brand_ids() : std::vector<std::string>();
  if (!check) document["error"] = to_document(check.error());
  print_document(document);
  return worst;
}

}  // namespace dropcowboy::tool
