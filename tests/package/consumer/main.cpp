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
  const auto result = dropcowboy::Client(options).send(dropcowboy::RvmRequest{});
  return !result && result.error().kind == dropcowboy::ErrorKind::invalid_request ? 0 : 1;
}
