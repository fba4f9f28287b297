#include "testing/page/simulator_page.hpp"

#include <utility>

#include "testing/catalogue.hpp"
#include "testing/documented_failures.hpp"
#include "testing/page/views.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

bool is_send(const httplib::Request& request) {
  const std::string& path = request.path;
  return request.method == "POST" &&
         (path == "/v1/rvm" || path == "/v1/sms" || path == "/rvm" || path == "/sms");
}

/// What the v2 service knows besides.
void add_newer_account(const SimulatedV2Account& account, ordered_json& document) {
  for (const SimulatedLine& line : account.lines) {
    document["lines"].push_back({{"phone_line_id", line.phone_line_id},
                                 {"name", line.name},
                                 {"type", line.type},
                                 {"numbers", line.numbers}});
  }
  for (const SimulatedMedia& media : account.media) {
    document["v2_media"].push_back({{"media_id", media.media_id}, {"name", media.name}});
  }
  for (const SimulatedVoice& voice : account.voices) {
    document["voices"].push_back(
        {{"voice_id", voice.voice_id}, {"name", voice.name}, {"status", voice.status}});
  }
}

}  // namespace

SimulatorPage::SimulatorPage(Service& service, const SimulatorOptions& options, Inject inject)
    : service_(service),
      options_(options),
      actions_(service, std::move(inject)),
      page_(*service.journal(),
            {[this](int port) { return about(port); },
             [this](const httplib::Request& request) { return actions_.act(request); }}) {}

void SimulatorPage::note_answer(const httplib::Request& request, const RecordedRequest& record,
                                std::uint64_t message, bool is_cut) {
  if (is_send(request)) service_.journal()->answered(message, request, record, is_cut);
}

Answer SimulatorPage::about(int port) const {
  const SimulatedAccount& account = options_.account;
  const auto listing = [](const std::string& text) {
    return ordered_json::parse(text, nullptr, false);
  };
  const Credentials masked{options_.credentials.team_id, "***"};
  ordered_json document = {{"role", "simulator"},
                           {"url", "http://127.0.0.1:" + std::to_string(port) + "/v1"},
                           {"team_id", options_.credentials.team_id},
                           {"strict", options_.strict},
                           {"brands", listing(listing_of(account.brands, masked))},
                           {"recordings", listing(listing_of(account.recordings, masked, {}))},
                           {"media", listing(listing_of(account.media, masked, {}))},
                           {"pools", listing(listing_of(account.pools, masked))},
                           {"lists", service_.lists().all()},
                           {"reasons", ordered_json::array()},
                           {"numbers", ordered_json::object()}};
  add_newer_account(options_.v2, document);
  for (const DropResult& result : documented_failures) {
    document["reasons"].push_back(document_of(result));
  }
  for (const auto& [number, result] : service_.rulings().numbers()) {
    document["numbers"][number] = document_of(result);
  }
  return {200, text_of(document), {}};
}

}  // namespace dropcowboy::testing::page
