#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "testing/announcement.hpp"
#include "testing/answer.hpp"
#include "testing/callback_dispatcher.hpp"
#include "testing/random_ids.hpp"

namespace dropcowboy::testing::v2 {

/// The account's webhooks: where, what for, and each with its own secret. Thread-safe; must outlive
/// the announcements that it makes.
class Webhooks {
 public:
  Webhooks(RandomIds& ids, const ServiceClock& clock) : ids_(ids), clock_(clock) {}

  Answer create(const nlohmann::json& body);
  Answer list() const;
  Answer update(const std::string& webhook_id, const nlohmann::json& body);
  Answer remove(const std::string& webhook_id);
  Answer rotate_secret(const std::string& webhook_id);
  Answer list_secrets() const;

  /// Something happened, of which every webhook for it is to be told.
  struct Event {
    std::string name{};
    std::string event_id{};
    /// Asked once for each webhook, when it is told first.
    std::function<nlohmann::ordered_json(ServiceClock::TimePoint)> data{};
  };
  bool has_one_for(const std::string& event) const;
  void announce(const Event& event, Announcements& announcements);

 private:
  friend class WebhookAnnouncement;
  struct Hook {
    std::string webhook_id;
    std::string name;
    std::string hook_url;
    std::vector<std::string> event_types;
    std::string secret;
    long long secret_created_at = 0;
    int failures = 0;  ///< one after the other
    ServiceClock::TimePoint paused_until{};
  };

  static bool is_for(const Hook& hook, const std::string& event);
  /// Null if there is none. Under the lock.
  Hook* find(const std::string& webhook_id);
  static nlohmann::ordered_json document_of(const Hook& hook);
  void renew_secret(Hook& hook);

  RandomIds& ids_;
  const ServiceClock& clock_;
  mutable std::mutex mutex_;
  std::vector<Hook> hooks_;
};

}  // namespace dropcowboy::testing::v2
