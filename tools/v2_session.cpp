#include "v2_session.hpp"

#include <utility>

#include "console.hpp"
#include "input.hpp"
#include "request_recorder.hpp"

namespace dropcowboy::tool::v2 {

namespace {

using Credentials = dropcowboy::v2::Credentials;
using ClientOptions = dropcowboy::v2::ClientOptions;

constexpr const char* no_key =
    "no API key: pass --key and --secret, or set DROPCOWBOY_KEY and DROPCOWBOY_KEY_SECRET. Keys "
    "are made under Developers > API Keys; team id and secret of v1 are not taken here. Without an "
    "account, try 'dropcowboy simulate'";

Credentials find_credentials(const CallFlags& flags, std::string& origin) {
  if (!flags.key && !flags.secret) {
    auto found = Credentials::from_environment();
    if (!found) throw UsageError(no_key);
    origin = "key and secret from the environment";
    return *std::move(found);
  }
  if (!flags.key || !flags.secret) {
    throw UsageError("--key and --secret belong together: pass both, or neither");
  }
  origin = "key and secret from --key and --secret";
  return {*flags.key, *flags.secret == "-" ? read_secret() : *flags.secret};
}

}  // namespace

Session::Session(const CallFlags& flags, const std::function<void(ClientOptions&)>& adjust)
    : recorder_(flags.dry_run ? std::make_shared<RequestRecorder>() : nullptr) {
  ClientOptions options;
  options.credentials = find_credentials(flags, origin_);
  const auto base_url = flags.base_url ? flags.base_url : setting("V2_BASE_URL");
  if (base_url) options.base_url = *base_url;
  Route route = find_route(flags.route);
  options.proxy = std::move(route.proxy);
  options.tls = std::move(route.tls);
  options.user_agent = "dropcowboy-cli";
  options.on_event = say_retry;
  say_issues(validate(options).warnings);
  if (recorder_) options.transport = recorder_;
  if (adjust) adjust(options);
  auto client = dropcowboy::v2::Client::create(std::move(options));
  if (!client) throw UsageError(explain_options(client.error()));
  client_.emplace(*std::move(client));
}

Session::~Session() = default;

CallOptions Session::options() const {
  CallOptions options;
  options.cancel = interruption_.token();
  return options;
}

std::optional<ExitCode> Session::print_dry_run() const {
  return recorder_ ? recorder_->print_first() : std::nullopt;
}

}  // namespace dropcowboy::tool::v2
