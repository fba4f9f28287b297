#pragma once

#include <string>
#include <vector>

#include "dropcowboy/export.hpp"

namespace dropcowboy::testing {

/// A key pair of the vendor's v2: the headers x-key and x-secret.
struct SimulatedApiKey {
  std::string key{};     ///< x-key
  std::string secret{};  ///< x-secret
};

/// A phone line: what `phone_line_id` names.
struct SimulatedLine {
  std::string phone_line_id{};  ///< a UUID; the service calls it `ivr_id` when it lists lines
  std::string name{};           ///< for people
  std::string type = "voice";   ///< "voice" or "sms"
  bool is_default = false;      ///< used by messages of this type that name no line
  std::vector<std::string> numbers{};  ///< in E.164 form; the first one is shown to contacts
};

/// An audio file: what `media_id` names.
struct SimulatedMedia {
  std::string media_id{};   ///< a UUID
  std::string name{};       ///< for people
  bool is_uploaded = true;  ///< its upload is complete
};

/// A voice for speech: what `voice_id` names.
struct SimulatedVoice {
  std::string voice_id{};        ///< a UUID
  std::string name{};            ///< for people
  std::string status = "ready";  ///< others than "ready" cannot speak yet
};

/// Somebody whom the account knows: what `contact_id` names.
struct SimulatedContact {
  std::string contact_id{};       ///< a UUID
  std::string phone_number{};     ///< in E.164 form
  bool dnc = false;               ///< on the account's do-not-call list
  bool has_sms_consent = false;   ///< may be texted
  bool has_tcpa_consent = false;  ///< may be called
};

/// What the v2 service knows of the account; see SimulatorOptions::v2.
struct SimulatedV2Account {
  /// The pairs that are taken; all of them are one account, which shares its idempotency keys. The
  /// default is not secret.
  std::vector<SimulatedApiKey> api_keys{{"simulated-key", "simulated-v2-secret"}};
  /// What a message may name.
  std::vector<SimulatedLine> lines{};
  std::vector<SimulatedMedia> media{};       ///< likewise
  std::vector<SimulatedVoice> voices{};      ///< likewise
  std::vector<SimulatedContact> contacts{};  ///< others have ids made out of their numbers
  /// Calls over a carrier of the account's own: `byoc` and `caller_id` count. Default false: `byoc`
  /// fails with 3016.
  bool byoc_enabled = false;
  /// In trial, all numbers but test_numbers fail with 3022. Default false.
  bool is_trial = false;
  /// In testing mode, all numbers but test_numbers fail with 3040. Default false.
  bool test_numbers_only = false;
  /// The account's own numbers for testing.
  std::vector<std::string> test_numbers{};
  /// Without funds every message fails with 3000. Default true.
  bool has_funds = true;
  /// Texts to contacts without recorded consent fail with 6011. Default false.
  bool sms_needs_consent = false;

  /// Two voice lines, the first the default, and one for texts; a recording and one that was not
  /// uploaded; a voice that is ready and one in training; a contact that may be texted and one on
  /// the do-not-call list.
  DROPCOWBOY_API static SimulatedV2Account sample();
};

/// A message that the v2 service answered with 202, and what it found out afterwards.
struct RecordedMessage {
  /// What the first answer said. Each repeat is answered with another one.
  std::string message_id{};
  /// "/rvm" or "/sms".
  std::string path{};
  /// As sent; empty if there was none.
  std::string idempotency_key{};
  /// As sent; empty if there was none.
  std::string foreign_id{};
  /// Whom it is for, as the message or the contact says; empty if that is not known.
  std::string phone_number{};
  /// As received at first.
  std::string body{};
  /// How many requests for it were answered with 202; more than 1 by repeats with its key only.
  int times_taken = 1;
  /// The result: 0 is success.
  int reason_code = 0;
  /// The result in words; empty for success.
  std::string reason{};
  /// It reached the contact, or tried to: nothing was wrong with it. True for one message at most
  /// of those with the same key within a day.
  bool sent = false;
};

/// An Idempotency-Key that the v2 service remembers.
struct RecordedKey {
  std::string key{};         ///< as sent
  std::string path{};        ///< where it was first used: "/rvm"
  std::string message_id{};  ///< of the message that it stands for
  int uses = 1;              ///< requests for that message
  int conflicts = 0;         ///< requests for something else, which failed with 3027
};

}  // namespace dropcowboy::testing
