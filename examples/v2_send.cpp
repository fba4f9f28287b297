// Sends a voicemail over the vendor's newer API, so that a crash cannot make two of it.
//
//   export DROPCOWBOY_KEY=... DROPCOWBOY_KEY_SECRET=...   (Developers > API Keys)
//   v2_send [phone number] [media id]
//
// Without a number it sends to one that the service simulates and that reaches nobody. Send only to
// people who agreed to it.
#include <dropcowboy/v2/v2.hpp>
#include <exception>
#include <fstream>
#include <iostream>

int main(int argc, char** argv) try {
  const dropcowboy::v2::Client client(dropcowboy::v2::ClientOptions::from_environment().value());

  // Sends are accepted with any credentials: this is the call that tells.
  const auto ready = client.readiness().value();
  if (ready.funds_ok == false) std::cerr << "the account has no funds\n";

  dropcowboy::v2::RvmRequest request;
  request.to = argc > 1 ? argv[1] : "+15550010001";
  request.media_id = argc > 2 ? argv[2] : "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";  // yours
  request.postal_code = "90210-0001";  // makes the legal calling hours exact
  request.callback_url = "https://hooks.acme.test/dropcowboy";  // yours: tells what became of it

  const auto prepared = client.prepare(request).value();
  // Stored before it is sent. After a crash: read it, Prepared::from_json(), send() that.
  std::ofstream("message.json") << to_json(prepared) << '\n';

  const auto receipt = client.send(prepared);
  if (!receipt) {
    std::cerr << receipt.error() << '\n';
    return 1;
  }
  std::cout << receipt->status << ", foreign_id " << receipt->foreign_id << ", key "
            << receipt->idempotency_key << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
