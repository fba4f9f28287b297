// Sends a voicemail over the vendor's v2 API, so that a crash cannot make two of it.
//
//   export DROPCOWBOY_KEY=... DROPCOWBOY_KEY_SECRET=...   (Developers > API Keys)
//   v2_send [phone number] [media id]
//
// Without a number it sends to one that the service simulates and that reaches nobody. Send only to
// people who agreed to it.
#include <cstdio>
#include <dropcowboy/v2/v2.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

namespace {

constexpr const char* file = "message.json";

/// The message that an earlier run has left, if there is one.
std::optional<dropcowboy::v2::Prepared> take_up(const char* path) {
  std::ifstream stored(path);
  if (!stored) return std::nullopt;
  const std::string text(std::istreambuf_iterator<char>(stored), {});
  return dropcowboy::v2::Prepared::from_json(text).value();
}

bool store(const dropcowboy::v2::Prepared& prepared, const char* path) {
  std::ofstream stored(path);
  stored << to_json(prepared) << '\n';
  return static_cast<bool>(stored.flush());
}

}  // namespace

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

  // Stored before it is sent. After a crash the same message is sent, not another one.
  const auto left = take_up(file);
  if (left) std::cerr << "this is the message that " << file << " holds\n";
  const auto prepared = left ? *left : client.prepare(request).value();
  if (!store(prepared, file)) {
    std::cerr << file << " cannot be written, so nothing was sent\n";
    return 1;
  }
  const auto receipt = client.send(prepared);
  if (!receipt) {
    std::cerr << receipt.error() << '\n';
    if (receipt.error().safe_to_resend()) std::remove(file);
    return 1;  // of unknown outcome: run it again within 23 hours
  }
  std::remove(file);
  std::cout << receipt->status << ", foreign_id " << receipt->foreign_id << ", key "
            << receipt->idempotency_key << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
