// How a project tests its own sending code, without an account.
#include <dropcowboy/dropcowboy.hpp>
#include <dropcowboy/testing/simulator.hpp>
#include <iostream>

int main() {
  const dropcowboy::testing::Simulator simulator;
  dropcowboy::ClientOptions options;
  options.credentials = simulator.credentials();
  options.base_url = simulator.url();

  dropcowboy::RvmRequest request;
  request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  request.phone_number = "+15550010001";
  request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  request.forwarding_number = "+15557654321";
  const auto receipt = dropcowboy::Client(options).send(request);
  if (!receipt) std::cerr << receipt.error() << '\n';
  return receipt && simulator.requests().size() == 1 ? 0 : 1;
}
