#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/page/actions.hpp"
#include "testing/service.hpp"

namespace dropcowboy::testing::page {

/// The page for people: its files, what they show, and what their buttons do. Thread-safe.
class Page {
 public:
  /// `service` has a journal; it and `options` must outlive the page.
  Page(Service& service, const SimulatorOptions& options, Inject inject);

  /// Answers what is asked of the page; false if it is none of its addresses.
  bool answer(const httplib::Request& request, httplib::Response& response, int port);
  /// Whatever was answered to a request at the service, 0 for what it did not take.
  void note_answer(const httplib::Request& request, const RecordedRequest& record,
                   std::uint64_t message, bool is_cut);
  /// Ends the streams of events.
  void stop() { journal_.stop(); }

 private:
  void answer_get(const httplib::Request& request, httplib::Response& response, int port);
  void stream(const httplib::Request& request, httplib::Response& response);
  std::string batch_since(std::uint64_t& version) const;
  Answer message(const std::string& number) const;
  Answer account(int port) const;
  Answer all_messages() const;

  Service& service_;
  Journal& journal_;
  const SimulatorOptions& options_;
  Actions actions_;
  const long long session_;
  std::atomic<int> streams_{0};
};

}  // namespace dropcowboy::testing::page
