#pragma once

#include <httplib.h>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/page/actions.hpp"
#include "testing/page/page.hpp"
#include "testing/service.hpp"

namespace dropcowboy::testing::page {

/// The page of a simulator: the messages that it took or refused, and what can be done with them.
/// Thread-safe.
class SimulatorPage {
 public:
  /// `service` has a journal; it and `options` must outlive the page.
  SimulatorPage(Service& service, const SimulatorOptions& options, Inject inject);

  /// Answers what is asked of the page; false if it is none of its addresses.
  bool answer(const httplib::Request& request, httplib::Response& response, int port) {
    return page_.answer(request, response, port);
  }
  /// Whatever was answered to a request at the service, 0 for what it did not take.
  void note_answer(const httplib::Request& request, const RecordedRequest& record,
                   std::uint64_t message, bool is_cut);
  void stop() { page_.stop(); }

 private:
  Answer about(int port) const;

  Service& service_;
  const SimulatorOptions& options_;
  Actions actions_;
  Page page_;
};

}  // namespace dropcowboy::testing::page
