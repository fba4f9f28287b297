#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "testing/answer.hpp"
#include "testing/random_ids.hpp"
#include "testing/service_clock.hpp"

namespace dropcowboy::testing {

/// The contact lists of the simulated account. By its own reading of the vendor's description.
/// Thread-safe.
class ContactLists {
 public:
  ContactLists(RandomIds& ids, const ServiceClock& clock) : ids_(ids), clock_(clock) {}

  Answer create(const nlohmann::json& body);
  Answer get(const std::string& list_id) const;
  Answer rename(const std::string& list_id, const nlohmann::json& body);
  Answer remove(const std::string& list_id);
  /// All of them, for people.
  nlohmann::ordered_json all() const;
  Answer append(const std::string& list_id, const nlohmann::json& body);

 private:
  struct List {
    std::string name;
    long long created_at = 0;
    std::size_t contacts = 0;
  };

  RandomIds& ids_;
  const ServiceClock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, List> lists_;
};

}  // namespace dropcowboy::testing
