#include "testing/page/page.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "testing/catalogue.hpp"
#include "testing/documented_failures.hpp"
#include "testing/page/access.hpp"
#include "testing/page/files.hpp"
#include "testing/page/views.hpp"

namespace dropcowboy::testing::page {

namespace {

using nlohmann::ordered_json;

/// Each takes a thread.
constexpr int max_streams = 32;
constexpr std::size_t max_batch = 250;
/// A stream with nothing to say says so, and hears whether anybody listens.
constexpr std::chrono::seconds heartbeat{10};

/// Nothing from elsewhere, nothing inline; audio from this machine, for an audio_url of its own.
constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "media-src http://127.0.0.1:* http://localhost:*; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

bool is_of_page(const httplib::Request& request) {
  const std::string& path = request.path;
  if (starts_with(path, "/page/") || path == "/page.css" || path == "/page.js") return true;
  if (path == "/favicon.ico") return true;  // every browser asks for it
  return path == "/" && (request.method == "GET" || request.method == "HEAD");
}

bool is_send(const httplib::Request& request) {
  const std::string& path = request.path;
  return request.method == "POST" &&
         (path == "/v1/rvm" || path == "/v1/sms" || path == "/rvm" || path == "/sms");
}

void protect(httplib::Response& response) {
  response.set_header("Content-Security-Policy", content_policy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cache-Control", "no-store");
}

void give(httplib::Response& response, std::string_view file, const char* type) {
  response.status = 200;
  response.set_content(file.data(), file.size(), type);
}

void give(httplib::Response& response, const Answer& answer) {
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name.c_str(), value);
  response.set_content(answer.body, "application/json");
}

/// 0 for what is no number.
std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

/// Where a stream goes on after it broke off, or begins.
std::uint64_t start_of(const httplib::Request& request) {
  if (request.has_header("Last-Event-ID")) {
    return number_in(request.get_header_value("Last-Event-ID"));
  }
  return number_in(request.get_param_value("since"));
}

/// What the newer service knows besides.
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

Answer nothing_here() { return refuse(404, "the page has nothing at this path"); }

}  // namespace

Page::Page(Service& service, const SimulatorOptions& options, Inject inject)
    : service_(service),
      journal_(*service.journal()),
      options_(options),
      actions_(service, std::move(inject)),
      session_(std::chrono::system_clock::now().time_since_epoch().count()) {}

void Page::note_answer(const httplib::Request& request, const RecordedRequest& record,
                       std::uint64_t message, bool is_cut) {
  if (is_send(request)) journal_.answered(message, request, record, is_cut);
}

bool Page::answer(const httplib::Request& request, httplib::Response& response, int port) {
  if (!is_of_page(request)) return false;
  protect(response);
  const std::string objection = objection_to(request, port);
  if (!objection.empty()) {
    give(response, refuse(403, objection));
  } else if (request.method == "GET" || request.method == "HEAD") {
    answer_get(request, response, port);
  } else if (request.method != "POST" || !starts_with(request.path, "/page/api/")) {
    give(response, wrong_method("GET"));
  } else {
    give(response, actions_.act(request));
  }
  return true;
}

void Page::answer_get(const httplib::Request& request, httplib::Response& response, int port) {
  const std::string& path = request.path;
  constexpr std::string_view messages = "/page/api/messages/";
  if (path == "/") return give(response, index_html, "text/html; charset=utf-8");
  if (path == "/page.css") return give(response, page_css, "text/css; charset=utf-8");
  if (path == "/page.js") return give(response, page_js, "text/javascript; charset=utf-8");
  if (path == "/page/api/events") return stream(request, response);
  if (path == "/page/api/account") return give(response, account(port));
  if (path == "/page/api/messages.json") return give(response, all_messages());
  if (starts_with(path, messages)) return give(response, message(path.substr(messages.size())));
  give(response, nothing_here());
}

std::string Page::batch_since(std::uint64_t& version) const {
  const Changes changes = journal_.changes_since(version, max_batch);
  ordered_json batch = {{"session", session_},
                        {"oldest", changes.oldest},
                        {"kept", changes.kept},
                        {"is_more", changes.is_more},
                        {"messages", ordered_json::array()}};
  for (const Entry& entry : changes.entries) batch["messages"].push_back(summary_of(entry));
  version = changes.version;
  return "id: " + std::to_string(version) + "\nevent: changes\ndata: " + text_of(batch) + "\n\n";
}

void Page::stream(const httplib::Request& request, httplib::Response& response) {
  if (streams_.fetch_add(1) >= max_streams) {
    --streams_;
    return give(response, refuse(503, "32 pages are open already: close some"));
  }
  const std::shared_ptr<void> place(nullptr, [this](void*) { --streams_; });
  const auto version = std::make_shared<std::uint64_t>(start_of(request));
  const auto is_first = std::make_shared<bool>(true);
  response.set_chunked_content_provider(
      "text/event-stream", [this, place, version, is_first](std::size_t, httplib::DataSink& sink) {
        const auto known = *version;
        if (!*is_first && !journal_.wait_for_change(known, heartbeat)) return false;
        const std::string text = batch_since(*version);
        const bool is_news = *is_first || *version != known;
        *is_first = false;
        const std::string said = is_news ? text : ": nothing new\n\n";
        return sink.write(said.data(), said.size());
      });
}

Answer Page::message(const std::string& number) const {
  const auto entry = journal_.find(number_in(number));
  if (!entry) return refuse(404, "this message is not kept any more");
  return {200, text_of(document_of(*entry)), {}};
}

Answer Page::all_messages() const {
  ordered_json documents = ordered_json::array();
  for (std::uint64_t version = 0;;) {
    const Changes changes = journal_.changes_since(version, max_batch);
    for (const Entry& entry : changes.entries) documents.push_back(document_of(entry));
    version = changes.version;
    if (!changes.is_more) break;
  }
  return {
      200, text_of(documents), {{"Content-Disposition", "attachment; filename=\"messages.json\""}}};
}

Answer Page::account(int port) const {
  const SimulatedAccount& account = options_.account;
  const auto listing = [](const std::string& text) {
    return ordered_json::parse(text, nullptr, false);
  };
  const Credentials masked{options_.credentials.team_id, "***"};
  ordered_json document = {{"url", "http://127.0.0.1:" + std::to_string(port) + "/v1"},
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
