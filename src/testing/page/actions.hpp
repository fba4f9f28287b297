#pragma once

#include <httplib.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/page/journal.hpp"
#include "testing/service.hpp"

namespace dropcowboy::testing::page {

/// Simulator::inject().
using Inject = std::function<void(SimulatedFault fault, int times)>;

/// What the buttons of the page do. Thread-safe.
class Actions {
 public:
  Actions(Service& service, Inject inject) : service_(service), inject_(std::move(inject)) {}

  /// A POST below /page/api/, with a JSON object.
  Answer act(const httplib::Request& request);

 private:
  using json = nlohmann::json;
  Answer clear();
  Answer inject_fault(const json& order);
  Answer inject_callback_fault(const json& order);
  Answer decide_number(const json& order);
  Answer act_on(const Entry& entry, const std::string& what, const json& order);

  Answer tell(const Entry& entry, const json& order);
  Answer opt_out(const Entry& entry);
  Answer repeat(const Entry& entry);
  Answer lose(const Entry& entry);
  Answer delay(const Entry& entry, const json& order);

  Service& service_;
  const Inject inject_;
};

}  // namespace dropcowboy::testing::page
