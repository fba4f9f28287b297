// Sends messages out of a file, or with other machines out of one PostgreSQL database: nothing
// lost, nothing twice, however often this is killed.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   outbox FILE ID NUMBER [ID NUMBER]...
//   outbox postgresql://user@host/database ID NUMBER [ID NUMBER]...
//
// Run it again with the same ids and it adds and sends nothing new. Give only numbers of people who
// agreed to it.
#include <dropcowboy/outbox/outbox.hpp>
#include <iostream>
#include <string>
#ifdef WITH_POSTGRES  // where dropcowboy::outbox_postgres is built
#include <dropcowboy/outbox/postgres.hpp>
#endif

namespace outbox = dropcowboy::outbox;

namespace {

/// Chooses where the messages are kept; false, and a word about it, if that does not work.
bool choose(const std::string& place, outbox::Options& options) {
  if (place.rfind("postgresql:", 0) != 0) {
    options.path = place;
    return true;
  }
#ifdef WITH_POSTGRES
  const auto made = outbox::migrate({place}, options.team_id);  // the tables, the first time
  if (!made) return std::cerr << made.error() << '\n', false;
  options.engine = outbox::postgres({place});
  return true;
#else
  return std::cerr << "this program was built without libpq\n", false;
#endif
}

}  // namespace

int main(int argc, char** argv) {
  const auto client_options = dropcowboy::ClientOptions::from_environment();
  if (!client_options) return std::cerr << client_options.error() << '\n', 1;
  if (argc < 4 || argc % 2 != 0) return std::cerr << "outbox FILE|URL ID NUMBER...\n", 2;

  outbox::Options options;
  options.team_id = client_options->credentials.team_id;
  if (!choose(argv[1], options)) return 1;
  options.policy.require_consent = false;  // you have it; a "no" is obeyed all the same
  const auto box = outbox::Outbox::open(options);
  if (!box) return std::cerr << box.error() << '\n', 1;

  std::vector<outbox::Entry> entries;
  for (int i = 2; i < argc; i += 2) {
    dropcowboy::RvmRequest request;
    request.foreign_id = argv[i];
    request.phone_number = argv[i + 1];
    request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";      // yours, from the trust center
    request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";  // yours, recordings tab
    request.forwarding_number = "+15557654321";                     // where replies go
    entries.push_back({request});
  }
  if (const auto done = box->add(entries); !done) return std::cerr << done.error() << '\n', 1;

  outbox::RunOptions run;
  run.until_idle = true;
  run.on_change = [](const outbox::Change& change) {
    std::cout << change.foreign_id << ": " << to_string(change.state) << ' ' << change.note << '\n';
  };
  const outbox::RunReport report = box->run(dropcowboy::Client(*client_options), run);
  if (!report.ok()) return std::cerr << *report.error << '\n', 1;
  std::cout << report.accepted << " accepted, " << report.unknown << " unknown, " << report.refused
            << " refused, " << report.held << " held\n";
}
