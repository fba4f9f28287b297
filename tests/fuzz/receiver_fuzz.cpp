// The receiver as a whole: a byte that chooses how it is set up, then method, target and signature
// up to a line break each, then the body.
#include "dropcowboy/receiver/webhook_receiver.hpp"

#include "fuzz.hpp"

namespace {

using namespace dropcowboy::receiver;
using dropcowboy::Webhook;
using dropcowboy::fuzz::require;

const std::string path = "0123456789abcdef";

std::shared_ptr<const CallbackSigner> signer() {
  static const auto one = std::make_shared<const CallbackSigner>(
      "team", std::vector<SigningKey>{{"k1", std::string(32, 'a')}});
  return one;
}

ReceiverOptions options_of(unsigned int choice) {
  ReceiverOptions options;
  if ((choice & 1U) != 0) options.signer = signer();
  if ((choice & 2U) != 0) options.webhook_secrets = {"whsec-of-the-fuzzer"};
  if ((choice & 4U) != 0) options.path_secret = path;
  if ((choice & 8U) != 0) options.max_body_bytes = 128;
  options.accept_unauthenticated = (choice & 16U) != 0 || (choice & 3U) == 0;
  options.now = [] {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
  };
  return options;
}

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

void check_event(const CallbackEvent& event, const CallbackRequest& request,
                 const ReceiverOptions& options) {
  require(request.method == "POST", "only a POST makes an event");
  require(request.body.size() <= options.max_body_bytes, "only a small body makes an event");
  require(options.path_secret.empty() || request.target.find(path) != std::string_view::npos,
          "only the secret path makes an event");
  require(event.callback.body == request.body, "the body is kept");
  require(event.dedup_key.size() == 43, "keys are of one length");
  const std::string id = event.callback.foreign_id.value_or("");
  const std::string number = event.callback.phone_number.value_or("");
  if (event.authenticity == Authenticity::tag) {
    require(signer()->tag({"team", id, number}).value() == event.wire_foreign_id,
            "only the tag of this very id and number is taken");
  }
  require(event.authenticity != Authenticity::none || options.accept_unauthenticated,
          "nothing unauthenticated is handed on");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = dropcowboy::fuzz::text_of(data, size);
  const unsigned int choice = rest.empty() ? 0 : static_cast<unsigned char>(rest.front());
  if (!rest.empty()) rest.remove_prefix(1);
  const ReceiverOptions options = options_of(choice);
  const WebhookReceiver receiver(options);

  CallbackRequest request;
  request.method = take_line(rest);
  request.target = take_line(rest);
  if (const auto signature = take_line(rest); !signature.empty()) {
    request.headers = {{"X-Signature", std::string(signature)}, {"X-Timestamp", "1700000000"}};
  }
  request.body = rest;

  int handed_over = 0;
  const Reception refused = receiver.receive(request, [](CallbackEvent&&) { return false; });
  const Reception first = receiver.receive(request, [&](CallbackEvent&& event) {
    check_event(event, request, options);
    return ++handed_over > 0;
  });
  const Reception second =
      receiver.receive(request, [&](CallbackEvent&&) { return ++handed_over > 0; });
  require(handed_over == (first.status == 200 ? 1 : 0), "200 is answered for one event, once");
  require(second.status == first.status, "a duplicate is answered alike");
  require(second.duplicate == (first.status == 200) && !first.duplicate, "and told from the first");
  require(refused.status == (first.status == 200 ? 503 : first.status),
          "what the handler refuses is not seen");
  require((first.status == 200) == (first.rejection == Rejection::none), "a reason for every no");
  if (first.status == 200) require(Webhook::parse(rest).has_value(), "only JSON makes an event");
  return 0;
}
