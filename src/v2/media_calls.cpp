#include <fstream>
#include <utility>

#include "core/user_agent.hpp"
#include "messages/request_codec.hpp"
#include "text/url.hpp"
#include "v2/answers.hpp"
#include "v2/calls.hpp"

namespace dropcowboy::v2 {

namespace {

using delivery::Effect;
using delivery::Meaning;
using delivery::Operation;
using delivery::Pipeline;
using delivery::Understood;

// A std::size_t of 32 bits may not hold the size of a file.
constexpr std::streamoff largest_file = std::streamoff{100} << 20U;

/// Whatever a store of files says with a 2xx, it has the file.
Understood understand_put(std::string_view, const text::Redactor&) {
  return {Meaning::success, {}};
}

constexpr Operation long_list() noexcept {
  Operation made = operation("v2 GET /media/public/media", HttpMethod::get, Effect::reads,
                             &understand_list<Media>);
  made.max_response_bytes = delivery::long_response_bytes;
  return made;
}
constexpr Operation register_file() noexcept {
  Operation made =
      operation("v2 POST /media/public/media", HttpMethod::post, Effect::adds, &understand_offer,
                "The file may be registered: look for it before you upload it again");
  made.is_answer_secret = true;  // whoever has the address can put a file there
  return made;
}
constexpr Operation put_file() noexcept {
  Operation made = operation("v2 PUT upload", HttpMethod::put, Effect::sets, &understand_put,
                             "The file may be there; uploading it once more does no harm");
  made.if_not_found = "there is no such place for an upload any more";
  made.if_unauthorized = "the place for the upload refused it";
  return made;
}

constexpr Operation list = long_list();
constexpr Operation get = operation("v2 GET /media/public/media/{media_id}", HttpMethod::get,
                                    Effect::reads, &understand_one<Media>);
constexpr Operation offer = register_file();
constexpr Operation put = put_file();
constexpr Operation complete = operation("v2 POST /media/public/media/{media_id}/complete",
                                         HttpMethod::post, Effect::sets, &understand_one<Media>);

std::string path_of(std::string_view media_id, std::string_view rest = {}) {
  return "/media/public/media/" + text::percent_encoded(media_id) + std::string(rest);
}

std::string extension_of(std::string_view path) {
  const auto dot = path.rfind('.');
  std::string extension;
  for (const char c : path.substr(dot == std::string_view::npos ? path.size() : dot)) {
    extension += text::to_lower(c);
  }
  return extension;
}

std::string name_of(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  return std::string(file.substr(0, file.rfind('.')));
}

Error bad_file(IssueCode code, const char* message) {
  std::vector<Issue> issues;
  issues.push_back({Severity::error, "path", code, message});
  return invalid_request(std::move(issues));
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = file ? static_cast<std::streamoff>(file.tellg()) : std::streamoff{-1};
  if (size < 0) return bad_file(IssueCode::invalid_value, "cannot be read: check that it exists");
  if (size == 0) return bad_file(IssueCode::invalid_value, "is empty");
  if (size > largest_file) {
    return bad_file(IssueCode::too_long, "is larger than 100 MiB");
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file) return bad_file(IssueCode::invalid_value, "cannot be read to its end");
  return bytes;
}

constexpr const char* without_audio = "without its audio";

Error left_behind(Error error, const std::string& media_id, const char* how) {
  error.message += ". The media " + media_id + " is registered, " + how;
  return error;
}

/// Whether a file may be put there: as safely as the calls are made.
bool is_safe(const Upload& upload, const std::string& base_url) {
  const auto url = text::parse_url(upload.url);
  const auto base = text::parse_url(base_url);
  if (!url || url->has_userinfo || upload.content_type.empty()) return false;
  const bool may_be_http = base && !base->is_https && text::is_loopback_host(url->host);
  return (url->is_https || may_be_http) && text::is_printable_ascii(upload.content_type);
}

/// Without credentials: the address has its own.
Result<void> put_bytes(const Pipeline& pipeline, const Upload& upload, std::string bytes,
                       const CallOptions& options) {
  std::vector<HttpHeader> headers = {{"Content-Type", upload.content_type},
                                     {"User-Agent", user_agent(pipeline.options().user_agent)}};
  const delivery::PreparedRequest prepared{
      put,
      upload.url,
      std::move(bytes),
      {},
      std::make_shared<const std::vector<HttpHeader>>(std::move(headers)),
      {}};
  auto answer = pipeline.run(prepared, options, pipeline.runtime()->now());
  if (!answer) return std::move(answer).error();
  return {};
}

}  // namespace

Result<std::vector<Media>> list_media(const Pipeline& pipeline, int limit,
                                      const CallOptions& options) {
  std::string path = "/media/public/media";
  if (limit > 0) path += "?limit=" + std::to_string(limit);
  return delivery::call_for<std::vector<Media>>(pipeline, list, path, {}, options);
}

Result<Media> get_media(const Pipeline& pipeline, std::string_view media_id,
                        const CallOptions& options) {
  Checker check;
  check.check_path_id("media_id", media_id, "is required");
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  return delivery::call_for<Media>(pipeline, get, path_of(media_id), {}, options);
}

Result<Media> upload_media(const Pipeline& pipeline, const std::string& path, std::string_view name,
                           const CallOptions& options) {
  const std::string extension = extension_of(path);
  if (extension != ".mp3" && extension != ".wav") {
    return bad_file(IssueCode::invalid_value, "must end with .mp3 or .wav");
  }
  Checker check;
  const std::string called = name.empty() ? name_of(path) : std::string(name);
  if (text::is_blank(called)) check.error("name", IssueCode::blank, "is blank");
  check.check_clean("name", called);
  if (auto error = refusal_of(std::move(check).result())) return *std::move(error);
  auto bytes = read_file(path);
  if (!bytes) return std::move(bytes).error();

  std::string members;
  json::append_member(members, "name", called);
  members += R"(,"type":"rvm","signed_upload":true)";
  auto answer = delivery::call(pipeline, offer, "/media/public/media",
                               json::object_around(std::move(members)), options);
  if (!answer) return std::move(answer).error();
  const auto place = std::any_cast<UploadOffer>(answer->value);
  const Upload& upload = extension == ".mp3" ? place.mp3 : place.wav;
  if (!is_safe(upload, pipeline.options().base_url)) {
    return left_behind(
        delivery::unclear(offer, *std::move(answer), "it names no safe address for the upload"),
        place.media_id, without_audio);
  }
  auto put_there = put_bytes(pipeline, upload, *std::move(bytes), options);
  if (!put_there) {
    return left_behind(std::move(put_there).error(), place.media_id, without_audio);
  }
  auto media = delivery::call_for<Media>(pipeline, complete, path_of(place.media_id, "/complete"),
                                         "{}", options);
  if (!media) {
    return left_behind(std::move(media).error(), place.media_id,
                       "its audio is there, but it may not have been reported complete: see by "
                       "get_media() whether it can be used, or upload the file anew");
  }
  return media;
}

}  // namespace dropcowboy::v2
