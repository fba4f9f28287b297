#include "testing/page/page.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "testing/judge_tools.hpp"
#include "testing/page/access.hpp"
#include "testing/page/files.hpp"
#include "testing/page/views.hpp"
#include "testing/path.hpp"

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
  if (starts_with(path, "/page/")) return true;
  if (path == "/favicon.ico") return true;  // every browser asks for it
  return path == "/" && (request.method == "GET" || request.method == "HEAD");
}

void protect(httplib::Response& response) {
  response.set_header("Content-Security-Policy", content_policy);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  response.set_header("Cross-Origin-Resource-Policy", "same-origin");
  response.set_header("Cross-Origin-Opener-Policy", "same-origin");
  response.set_header("Cache-Control", "no-store");
}

const char* type_of(std::string_view name) {
  const std::string_view ending = name.substr(name.rfind('.') + 1);
  if (ending == "html") return "text/html; charset=utf-8";
  return ending == "css" ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
}

/// False if there is no such file.
bool give_file(httplib::Response& response, std::string_view name) {
  const auto file = std::find_if(files().begin(), files().end(),
                                 [name](const File& one) { return one.name == name; });
  if (file == files().end()) return false;
  response.status = 200;
  response.set_content(file->bytes.data(), file->bytes.size(), type_of(name));
  return true;
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

Answer nothing_here() { return refuse(404, "the page has nothing at this path"); }

}  // namespace

Page::Page(Journal& journal, Backing backing)
    : journal_(journal),
      backing_(std::move(backing)),
      session_(std::chrono::system_clock::now().time_since_epoch().count()) {}

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
  } else if (!is_json_media_type(request.get_header_value("Content-Type"))) {
    give(response, refuse(415, "Content-Type must be application/json"));
  } else {
    give(response, backing_.act(request));
  }
  return true;
}

void Page::answer_get(const httplib::Request& request, httplib::Response& response, int port) {
  const std::string path = request.path == "/" ? "/page/index.html" : request.path;
  constexpr std::string_view folder = "/page/";
  constexpr std::string_view entries = "/page/api/messages/";
  if (path == "/page/api/events") return stream(request, response);
  if (path == "/page/api/about") return give(response, backing_.about(port));
  if (path == "/page/api/messages.json") return give(response, all_entries());
  if (starts_with(path, entries)) return give(response, entry(path.substr(entries.size())));
  if (starts_with(path, folder) && give_file(response, path.substr(folder.size()))) return;
  give(response, nothing_here());
}

/// Another session's numbers say nothing about this one's, which may have the same port.
std::string Page::id_of(std::uint64_t version) const {
  return std::to_string(session_) + '.' + std::to_string(version);
}

std::uint64_t Page::start_of(const httplib::Request& request) const {
  const std::string last = request.get_header_value("Last-Event-ID");
  const auto dot = last.find('.');
  const bool is_ours =
      dot != std::string::npos && last.compare(0, dot, std::to_string(session_)) == 0;
  return is_ours ? number_in(last.substr(dot + 1)) : 0;
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
  return "id: " + id_of(version) + "\nevent: changes\ndata: " + text_of(batch) + "\n\n";
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

Answer Page::entry(const std::string& number) const {
  const auto entry = journal_.find(number_in(number));
  if (!entry) return refuse(404, "this message is not kept any more");
  return {200, text_of(document_of(*entry)), {}};
}

Answer Page::all_entries() const {
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

}  // namespace dropcowboy::testing::page
