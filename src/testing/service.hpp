#pragma once

#include <httplib.h>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/callback_dispatcher.hpp"
#include "testing/contact_lists.hpp"
#include "testing/random_ids.hpp"

namespace dropcowboy::testing {

/// The service itself: its addresses, and who answers there. Thread-safe.
class Service {
 public:
  explicit Service(const SimulatorOptions& options);

  Answer answer(const httplib::Request& request);

  CallbackDispatcher& callbacks() noexcept { return callbacks_; }
  const CallbackDispatcher& callbacks() const noexcept { return callbacks_; }

 private:
  using Parts = std::vector<std::string>;
  struct Route;

  /// What the request must hold to be taken.
  Credentials credentials_of(const httplib::Request& request) const;
  bool has_good_headers(const httplib::Request& request) const;
  Answer send(const httplib::Request& request, const Parts& parts);
  Answer list(const httplib::Request& request, const Parts& parts);
  Answer catalogue(const httplib::Request& request, const Parts& parts);

  const SimulatorOptions options_;
  RandomIds ids_;
  ContactLists lists_;
  CallbackDispatcher callbacks_;
};

}  // namespace dropcowboy::testing
