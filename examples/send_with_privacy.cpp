// Sends without showing a number: the phone says "Unknown Caller".
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   send_with_privacy [phone number]
//
// Without a number it sends to one that the service simulates and that reaches nobody. Send only to
// people who agreed to it.
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());

  dropcowboy::RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";  // yours, from the trust center
  request.phone_number = argc > 1 ? argv[1] : "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";  // yours, recordings tab
  request.privacy = dropcowboy::Privacy::full;
  request.forwarding_number = "+15557654321";  // where replies go
  request.postal_code = "90210-0001";          // makes the legal calling hours exact
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
