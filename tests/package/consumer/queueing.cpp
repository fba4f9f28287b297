// How a project keeps messages that must survive a crash.
#include <cstdio>
#include <dropcowboy/outbox/outbox.hpp>

int main() {
  namespace outbox = dropcowboy::outbox;
  outbox::Options options;
  options.path = "consumer-outbox.db";
  options.team_id = "team";
  const auto box = outbox::Outbox::open(options);
  if (!box) return 1;
  outbox::Entry entry;
  entry.request.foreign_id = "order-17";
  entry.request.brand_id = "5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10";
  entry.request.phone_number = "+15550010001";
  entry.request.recording_id = "0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21";
  entry.request.forwarding_number = "+15557654321";
  const bool is_kept = box->add({entry}) && box->add({entry}).value()[0].was_there;
  for (const char* file :
       {"consumer-outbox.db", "consumer-outbox.db-wal", "consumer-outbox.db-shm"}) {
    std::remove(file);
  }
  return is_kept ? 0 : 1;
}
