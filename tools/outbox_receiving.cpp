#include "outbox_receiving.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "callback_serving.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "input.hpp"
#include "session.hpp"

namespace dropcowboy::tool {

using outbox::State;
using receiver::CallbackEvent;
using receiver::CallbackRequest;
using receiver::CallbackSigner;
using receiver::Reception;

namespace {

receiver::ReceiverOptions receiver_options(std::shared_ptr<const CallbackSigner> signer,
                                           bool accept_unauthenticated) {
  receiver::ReceiverOptions options;
  if (!signer && !accept_unauthenticated) {
    throw UsageError(
        "callbacks would come from anybody: set DROPCOWBOY_CALLBACK_KEYS to 1:SECRET, where SECRET "
        "is the output of 'openssl rand -hex 32', and keep it for the next run; or say "
        "--accept-unauthenticated");
  }
  options.signer = std::move(signer);
  options.accept_unauthenticated = accept_unauthenticated;
  options.path_secret = setting("CALLBACK_PATH").value_or("");
  const Validation found = validate(options);
  if (!found.ok()) {
    throw UsageError("callbacks cannot be received: " + std::string(found.errors[0].field) + ": " +
                     found.errors[0].message);
  }
  return options;
}

}  // namespace

std::shared_ptr<const CallbackSigner> signer_from_environment(const std::string& team_id) {
  const std::string text = setting("CALLBACK_KEYS").value_or("");
  if (text.empty()) return nullptr;
  std::vector<receiver::SigningKey> keys;
  for (const std::string& key : split_at_commas(text)) {
    const std::size_t colon = std::min(key.find(':'), key.size());
    keys.push_back({key.substr(0, colon), key.substr(std::min(colon + 1, key.size()))});
  }
  auto signer = CallbackSigner::create(team_id, std::move(keys));
  if (signer) return *signer;
  const auto& issues = signer.error().issues;
  throw UsageError("DROPCOWBOY_CALLBACK_KEYS is id:secret,...: " +
                   (issues.empty() ? signer.error().message
                                   : std::string(issues[0].field) + ' ' + issues[0].message));
}

OutboxReceiving::OutboxReceiving(const outbox::Outbox& box, int port,
                                 std::shared_ptr<const CallbackSigner> signer,
                                 bool accept_unauthenticated)
    : box_(box),
      receiver_(receiver_options(std::move(signer), accept_unauthenticated)),
      server_(serve_callbacks(port,
                              [this](const CallbackRequest& request) { return answer(request); })) {
  url_ = "http://127.0.0.1:" + std::to_string(server_.port()) + '/';
}

Reception OutboxReceiving::answer(const CallbackRequest& request) {
  Reception reception = receiver_.receive(request, [this](CallbackEvent&& event) {
    const auto recorded = box_.record(event);
    if (!recorded) say_warning("a callback could not be recorded: " + recorded.error().message);
    if (recorded && recorded->for_unsent) {
      say_error(
          "a callback came for a message that was never sent from this file: is a copy of it "
          "in use? Nothing more is sent");
    }
    return recorded.has_value();  // false is answered with 503
  });
  if (reception.rejection != receiver::Rejection::none) {
    say_warning("refused a callback with " + std::to_string(reception.status) + ": " +
                std::string(to_string(reception.rejection)));
    print_event({{"event", "rejection"},
                 {"rejection", to_string(reception.rejection)},
                 {"answered_status", reception.status}});
  }
  const std::lock_guard lock(mutex_);
  ++count_;
  came_.notify_all();
  return reception;
}

bool OutboxReceiving::is_awaited() const {
  const outbox::Status status = box_.status().value();
  const auto open = status.count(State::accepted) + status.count(State::unknown);
  return open > status.unknown_past_72_hours;
}

void OutboxReceiving::wait_for_callbacks(std::chrono::seconds span, const CancelToken& stop) {
  const auto until = std::chrono::steady_clock::now() + span;
  const auto stops = stop.on_cancel([this] {
    const std::lock_guard lock(mutex_);
    came_.notify_all();
  });
  for (;;) {
    std::uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      seen = count_;
    }
    if (!is_awaited()) return;
    std::unique_lock lock(mutex_);
    const auto is_news = [&] { return count_ != seen || stop.cancelled(); };
    if (!came_.wait_until(lock, until, is_news) || stop.cancelled()) return;
  }
}

}  // namespace dropcowboy::tool
