// What a project that uses the library looks like. It is built against the installed package, the
// source tree and the pkg-config file; it needs neither network nor account.
#include <dropcowboy/dropcowboy.hpp>
#include <dropcowboy/version.hpp>
#include <iostream>

int main() {
  const auto refused = dropcowboy::Client::create({});
  if (refused) return 1;
  std::cout << "dropcowboy " << DROPCOWBOY_VERSION << ": " << refused.error() << '\n';

  dropcowboy::ClientOptions options;
  options.credentials = {"team", "secret"};
  options.base_url = "http://127.0.0.1:1/v1";
  options.retry.max_attempts = 1;
  const dropcowboy::Client client(options);
  dropcowboy::RvmRequest request;
  const auto invalid = client.send(request);
  if (invalid || invalid.error().kind != dropcowboy::ErrorKind::invalid_request) return 1;

  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.phone_number = "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.forwarding_number = "+15557654321";
  const auto unreachable = client.send(request);  // nobody listens there
  if (unreachable) return 1;
  std::cout << unreachable.error() << '\n';
  return unreachable.error().safe_to_resend() ? 0 : 1;
}
