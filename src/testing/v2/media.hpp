#pragma once

#include <httplib.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "dropcowboy/testing/simulated_v2.hpp"
#include "testing/answer.hpp"
#include "testing/random_ids.hpp"
#include "testing/service_clock.hpp"

namespace dropcowboy::testing::v2 {

/// The account's audio files, and the addresses that take uploads. Not thread-safe.
class MediaLibrary {
 public:
  MediaLibrary(std::vector<SimulatedMedia>& media, RandomIds& ids, const ServiceClock& clock)
      : media_(media), ids_(ids), clock_(clock) {}

  /// `host` is what upload addresses are to lead to.
  Answer create(const nlohmann::json& body, const std::string& host);
  Answer list(const httplib::Request& request) const;
  Answer get(const std::string& media_id);
  Answer complete(const std::string& media_id);
  /// Fresh addresses for an upload.
  Answer policy(const std::string& media_id, const std::string& host);
  /// What is PUT at such an address. It needs no credentials, and takes none.
  Answer upload(const httplib::Request& request, const std::string& token);

 private:
  struct Upload {
    std::string media_id;
    std::string content_type;
    ServiceClock::TimePoint made_at;
  };

  SimulatedMedia* find(const std::string& media_id);
  nlohmann::ordered_json new_addresses(const std::string& media_id, const std::string& host);

  std::vector<SimulatedMedia>& media_;
  RandomIds& ids_;
  const ServiceClock& clock_;
  std::map<std::string, Upload> uploads_;  ///< by token
  std::set<std::string> received_;         ///< what was PUT, by media_id
};

}  // namespace dropcowboy::testing::v2
