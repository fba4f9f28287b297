// Sends a text message.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   send_sms [phone number]
//
// Without a number it sends to one that the service simulates and that reaches nobody. Send only to
// people who agreed to it.
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());

  dropcowboy::SmsRequest request;
  request.phone_number = argc > 1 ? argv[1] : "+15550020001";
  request.caller_id = "+15557654321";  // where replies go
  request.pool_id = "text";            // yours, a number pool registered for SMS
  request.sms_body = "Your table is ready. Reply STOP to opt out.";
  request.opt_in = true;                                        // your word: this person agreed
  request.callback_url = "https://hooks.acme.test/dropcowboy";  // yours, see receive_callbacks

  const auto receipt = client.send(request);
  if (!receipt) {
    std::cerr << receipt.error() << '\n';
    return 1;
  }
  std::cout << receipt->status << ", foreign_id " << receipt->foreign_id << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
