// Uses dropcowboy::outbox_postgres as another project would; there is no server, and it says so.
#include <dropcowboy/outbox/outbox.hpp>
#include <dropcowboy/outbox/postgres.hpp>
#include <iostream>

int main() {
  namespace outbox = dropcowboy::outbox;
  outbox::Options options;
  options.engine = outbox::postgres({"postgresql://nobody@127.0.0.1:1/nowhere"});
  options.team_id = "team";
  const auto box = outbox::Outbox::open(options);
  if (box) return 1;
  std::cout << box.error() << '\n';
  return box.error().kind == dropcowboy::ErrorKind::storage && box.error().transient ? 0 : 1;
}
