#include "messages/foreign_id_tag.hpp"

#include <new>

#include "core/make_error.hpp"
#include "dropcowboy/foreign_id_tagger.hpp"
#include "messages/request_checks.hpp"
#include "text/characters.hpp"

namespace dropcowboy {

namespace {

bool can_be_sent(std::string_view wire_id) noexcept {
  return !text::is_blank(wire_id) && text::is_utf8(wire_id) &&
         !text::has_control_character(wire_id) &&
         text::count_code_points(wire_id) <= max_foreign_id;
}

Error cannot_tag(const char* why) {
  return not_sent(ErrorKind::configuration, std::string("the foreign_id_tagger ") + why +
                                                ", so nothing was sent: nothing goes untagged");
}

}  // namespace

std::optional<Issue> check_tagged_length(const ClientOptions& options,
                                         std::string_view foreign_id) {
  if (!options.foreign_id_tagger) return std::nullopt;
  const std::size_t tag = options.foreign_id_tagger->tag_length();
  const std::size_t most = tag < max_foreign_id ? max_foreign_id - tag : 0;
  const std::size_t length = text::count_code_points(foreign_id);
  if (length <= most || length > max_foreign_id) return std::nullopt;
  return Issue{Severity::error, "foreign_id", IssueCode::too_long,
               "must have at most " + std::to_string(most) +
                   " characters, because the foreign_id_tagger adds " + std::to_string(tag) +
                   " and the service takes 256: use a shorter id"};
}

Result<std::string> tag_foreign_id(const ClientOptions& options, std::string_view foreign_id,
                                   std::string_view phone_number) {
  try {
    Result<std::string> tagged =
        options.foreign_id_tagger->tag({options.credentials.team_id, foreign_id, phone_number});
    if (tagged && !can_be_sent(*tagged))
      return cannot_tag("made an id that cannot be sent (not 1 to 256 printable characters)");
    if (!tagged) tagged.error().outcome = Outcome::not_sent;
    return tagged;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    return cannot_tag("threw an exception");
  }
}

}  // namespace dropcowboy
