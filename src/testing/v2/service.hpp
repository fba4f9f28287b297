#pragma once

#include <httplib.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/callback_dispatcher.hpp"
#include "testing/page/journal.hpp"
#include "testing/path.hpp"
#include "testing/random_ids.hpp"
#include "testing/rulings.hpp"
#include "testing/v2/idempotency_keys.hpp"
#include "testing/v2/judge.hpp"
#include "testing/v2/media.hpp"
#include "testing/v2/results.hpp"
#include "testing/v2/webhooks.hpp"

namespace dropcowboy::testing::v2 {

/// What a service is made of that stands outside it; all of it must outlive the service.
struct Surroundings {
  const SimulatorOptions& options;
  RandomIds& ids;
  const ServiceClock& clock;
  Webhooks& webhooks;
  CallbackDispatcher& callbacks;
  Rulings& rulings;
  page::Journal* journal;  ///< null without a page
};

/// The vendor's v2 service: its addresses, and who answers there. Thread-safe.
class Service {
 public:
  explicit Service(const Surroundings& around);

  Answer answer(const httplib::Request& request, const PathParts& path);
  void post_event(const std::string& event, const std::string& data);

  std::vector<RecordedMessage> messages() const;
  std::vector<RecordedKey> keys() const;

 private:
  using Request = httplib::Request;
  using json = nlohmann::json;
  struct Route;
  static const std::vector<Route>& routes();

  Answer dispatch(const Route& route, const Request& request, const PathParts& path);
  bool is_account(const Request& request) const;

  Answer send(const Request& request, const PathParts& path, const json& body);
  /// What is wrong with the key; nothing if there is none, or it is new. `repeats` says that all of
  /// it was sent before.
  Fault take_key(const Request& request, const json& body, RecordedMessage& record, bool& repeats);
  /// What is wrong with all but the key.
  Fault find_fault(const Request& request, const json& body, const Message& message) const;
  /// As a person has decided, else as the number says.
  DropResult result_for(const Message& message) const;
  void keep(RecordedMessage record, const Message& message);
  /// Enters the message into the journal, and has its result told.
  void announce(const Request& request, const Message& message, bool is_faulty, Answer& answer);
  void tell(const Message& message, const MessageIds& ids, bool is_authorized, std::uint64_t number,
            bool is_by_hand);
  /// The number of the message in the journal, 0 without one.
  std::uint64_t note(page::Taken taken);
  void count_repeat(const std::string& message_id);

  Answer webhooks(const Request& request, const PathParts& path, const json& body);
  Answer lines(const Request& request, const PathParts& path, const json& body);
  Answer media(const Request& request, const PathParts& path, const json& body);
  Answer upload(const Request& request, const PathParts& path, const json& body);
  Answer contacts(const Request& request, const PathParts& path, const json& body);
  Answer readiness(const Request& request, const PathParts& path, const json& body);
  Answer voices(const Request& request, const PathParts& path, const json& body);
  Answer secrets(const Request& request, const PathParts& path, const json& body);

  const Surroundings around_;
  mutable std::mutex mutex_;
  SimulatedV2Account account_;
  MediaLibrary media_;
  mutable IdempotencyKeys keys_;
  std::vector<RecordedMessage> messages_;
  std::map<std::string, std::size_t> message_by_id_;
};

}  // namespace dropcowboy::testing::v2
