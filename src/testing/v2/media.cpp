#include "testing/v2/media.hpp"

#include <algorithm>

#include "testing/http_url.hpp"
#include "testing/judge_tools.hpp"
#include "testing/v2/answers.hpp"

namespace dropcowboy::testing::v2 {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::chrono::hours upload_life{48};

Objection objection_to(const json& body) {
  if (is_blank(text_at(body, "name"))) return "name must be a text";
  if (text_at(body, "type") != "rvm") return "type must be rvm";
  if (has(body, "signed_upload")) {
    return body["signed_upload"] == true ? Objection() : "signed_upload must be true";
  }
  if (!parse_http_url(text_at(body, "url"))) return "url must be an http or https URL";
  const std::string ext = text_at(body, "ext");
  return ext == ".mp3" || ext == ".wav" ? Objection() : "ext must be .mp3 or .wav";
}

}  // namespace

Answer MediaLibrary::create(const json& body, const std::string& host) {
  if (const auto objection = objection_to(body)) return invalid(*objection, ids_);
  SimulatedMedia made{ids_.uuid(), text_at(body, "name"), !has(body, "signed_upload")};
  media_.push_back(made);
  ordered_json answer = {{"media_id", made.media_id}, {"name", made.name}};
  if (!made.is_uploaded) answer["upload"] = new_addresses(made.media_id, host);
  return data(answer, ids_, 201);
}

Answer MediaLibrary::list(const httplib::Request& request) const {
  std::size_t limit = media_.size();
  if (request.has_param("limit")) {
    const std::string text = request.get_param_value("limit");
    const bool is_number = !text.empty() && text.size() <= 6 && text != "0" &&
                           std::all_of(text.begin(), text.end(), is_digit);
    if (!is_number) return invalid("limit must be a number from 1 on", ids_);
    limit = std::min(limit, static_cast<std::size_t>(std::stoul(text)));
  }
  ordered_json medias = ordered_json::array();
  for (std::size_t i = 0; i < limit; ++i) {
    medias.push_back({{"media_id", media_[i].media_id}, {"name", media_[i].name}});
  }
  return data({{"medias", medias}, {"total", media_.size()}}, ids_);
}

Answer MediaLibrary::get(const std::string& media_id) {
  const SimulatedMedia* media = find(media_id);
  if (media == nullptr) return not_found("media", ids_);
  return data({{"media_id", media_id}, {"name", media->name}, {"media_exists", media->is_uploaded}},
              ids_);
}

Answer MediaLibrary::complete(const std::string& media_id) {
  SimulatedMedia* media = find(media_id);
  if (media == nullptr) return not_found("media", ids_);
  if (!media->is_uploaded && received_.count(media_id) == 0) {
    return invalid("nothing was uploaded", ids_);
  }
  media->is_uploaded = true;
  received_.erase(media_id);
  return data({{"media_id", media_id}, {"media_exists", true}}, ids_);
}

Answer MediaLibrary::policy(const std::string& media_id, const std::string& host) {
  if (find(media_id) == nullptr) return not_found("media", ids_);
  return data({{"media_id", media_id}, {"upload", new_addresses(media_id, host)}}, ids_);
}

Answer MediaLibrary::upload(const httplib::Request& request, const std::string& token) {
  const auto found = uploads_.find(token);
  const bool is_good = found != uploads_.end() &&
                       clock_.now() - found->second.made_at < upload_life &&
                       request.get_header_value("Content-Type") == found->second.content_type &&
                       !request.has_header("x-key") && !request.has_header("x-secret");
  if (!is_good) return {403, "", {}};
  if (request.body.empty()) return {400, "", {}};
  received_.insert(found->second.media_id);
  return {200, "", {}};
}

SimulatedMedia* MediaLibrary::find(const std::string& media_id) {
  const auto found = std::find_if(media_.begin(), media_.end(), [&](const SimulatedMedia& media) {
    return media.media_id == media_id;
  });
  return found == media_.end() ? nullptr : &*found;
}

ordered_json MediaLibrary::new_addresses(const std::string& media_id, const std::string& host) {
  ordered_json addresses;
  for (const auto& [ext, type] : {std::pair{"mp3", "audio/mpeg"}, {"wav", "audio/wav"}}) {
    const std::string token = ids_.uuid();
    uploads_[token] = {media_id, type, clock_.now()};
    addresses[ext] = {{"url", "http://" + host + "/uploads/" + token + "?signature=" + ext},
                      {"content_type", type}};
  }
  return addresses;
}

}  // namespace dropcowboy::testing::v2
