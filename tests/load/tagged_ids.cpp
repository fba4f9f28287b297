// Prints so many tagged ids, one a line: what the load run posts.
//
//   tagged_ids <count> <team id> <key id> <secret>
#include <cstdlib>
#include <dropcowboy/receiver/callback_signer.hpp>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 5) return std::cerr << "usage: tagged_ids <count> <team id> <key id> <secret>\n", 2;
  const dropcowboy::receiver::CallbackSigner signer(argv[2], {{argv[3], argv[4]}});
  const long count = std::atol(argv[1]);
  for (long i = 0; i < count; ++i) {
    std::cout << signer.tag({argv[2], "order-" + std::to_string(i), "+15550010001"}).value()
              << '\n';
  }
}
