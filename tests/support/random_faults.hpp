#pragma once

#include <random>
#include <vector>

#include "support/fault_server.hpp"

namespace dropcowboy::support {

/// One request in so many, by chance, meets a fault that needs neither a time limit nor the
/// listener, and that does not ask for a pause of seconds, which a client grants.
inline FaultServer::Chooser random_faults(unsigned seed, unsigned one_of = 2) {
  std::vector<const Fault*> choice;
  for (const Fault& fault : faults()) {
    const bool shuts_port = fault.then == Then::refuse || fault.then == Then::ignore;
    const bool is_large = fault.name == "body_of_10_mb";  // a second's worth of small ones
    const bool asks_for_a_pause =
        fault.name.rfind("status_429_", 0) == 0 || fault.name.rfind("status_503_", 0) == 0;
    if (fault.needs_limit == Limit::none && !shuts_port && !is_large && !asks_for_a_pause) {
      choice.push_back(&fault);
    }
  }
  return [choice, one_of, random = std::mt19937(seed)](Moment) mutable {
    return random() % one_of == 0 ? choice[random() % choice.size()] : nullptr;
  };
}

}  // namespace dropcowboy::support
