#pragma once

#include <httplib.h>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/callback_dispatcher.hpp"
#include "testing/contact_lists.hpp"
#include "testing/page/journal.hpp"
#include "testing/path.hpp"
#include "testing/random_ids.hpp"
#include "testing/rulings.hpp"
#include "testing/service_clock.hpp"
#include "testing/v2/service.hpp"
#include "testing/v2/webhooks.hpp"

namespace dropcowboy::testing {

/// The service itself: the addresses of v1 and who answers there, and the v2 service beside it.
/// Thread-safe.
class Service {
 public:
  /// `has_page`: keeps a journal for it.
  Service(const SimulatorOptions& options, bool has_page);

  Answer answer(const httplib::Request& request);

  v2::Service& v2() noexcept { return v2_; }
  const v2::Service& v2() const noexcept { return v2_; }

  ServiceClock::TimePoint now() const { return clock_.now(); }
  void advance(std::chrono::milliseconds time);

  /// Null without a page.
  page::Journal* journal() noexcept { return journal_.get(); }
  Rulings& rulings() noexcept { return rulings_; }
  const ContactLists& lists() const noexcept { return lists_; }

  CallbackDispatcher& callbacks() noexcept { return callbacks_; }
  const CallbackDispatcher& callbacks() const noexcept { return callbacks_; }

 private:
  using Parts = PathParts;
  struct Route;

  Answer answer_v1(const httplib::Request& request, const Parts& parts);

  /// What the request must hold to be taken.
  Credentials credentials_of(const httplib::Request& request) const;
  bool has_good_headers(const httplib::Request& request) const;
  Answer send(const httplib::Request& request, const Parts& parts);
  void call_back(const AcceptedMessage& message, const std::string& drop_id, std::uint64_t number,
                 bool is_by_hand);
  Answer list(const httplib::Request& request, const Parts& parts);
  Answer catalogue(const httplib::Request& request, const Parts& parts);

  const SimulatorOptions options_;
  RandomIds ids_;
  ServiceClock clock_;
  Rulings rulings_;
  const std::unique_ptr<page::Journal> journal_;
  ContactLists lists_;
  v2::Webhooks webhooks_;
  CallbackDispatcher callbacks_;  // uses those above until its end
  v2::Service v2_;
};

}  // namespace dropcowboy::testing
