// How a project authenticates callbacks, whatever its web framework.
#include <dropcowboy/receiver/webhook_receiver.hpp>

int main() {
  namespace receiver = dropcowboy::receiver;
  receiver::ReceiverOptions options;
  options.signer =
      receiver::CallbackSigner::create("team", {{"k1", "0123456789abcdef0123456789abcdef"}})
          .value();
  const auto id = options.signer->tag({"team", "order-17", "+15550010001"}).value();
  const std::string body =
      R"({"status":"success","phone_number":"+15550010001","foreign_id":")" + id + "\"}";

  const receiver::WebhookReceiver callbacks(options);
  const auto forged = callbacks.receive({"POST", "/", {}, R"({"foreign_id":"order-17"})"});
  const auto genuine = callbacks.receive({"POST", "/", {}, body});
  const bool is_right = forged.status == 401 && genuine.status == 200 && genuine.event &&
                        genuine.event->callback.foreign_id == "order-17";
  return is_right ? 0 : 1;
}
