// Lists what an account holds: the ids that requests name.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   show_account
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>

namespace {

void show_media(const char* title, const std::vector<dropcowboy::Media>& media) {
  std::cout << title << '\n';
  for (const auto& one : media) std::cout << "  " << one.media_id << "  " << one.name << '\n';
}

}  // namespace

int main() try {
  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());

  std::cout << "brands\n";
  for (const auto& brand : client.list_brands().value()) {
    std::cout << "  " << brand.brand_id << "  " << brand.company_name << '\n';
    for (const auto& issue : brand.issues) {  // one odd element does not spoil the others
      std::cerr << issue.field << ' ' << issue.message << ": " << brand.json << '\n';
    }
  }
  show_media("recordings for the API", client.list_recordings(true).value());
  show_media("media", client.list_media().value());
  std::cout << "pools\n";
  for (const auto& pool : client.list_pools().value()) {
    std::cout << "  " << pool.pool_id << "  " << pool.name << ", " << pool.number_count.value_or(0)
              << " numbers\n";
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
