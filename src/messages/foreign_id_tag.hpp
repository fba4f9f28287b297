#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dropcowboy/options.hpp"

namespace dropcowboy {

/// What is wrong with the length of the caller's id, given the tag that will be added to it. Ids
/// that are too long even without one are validate()'s business.
std::optional<Issue> check_tagged_length(const ClientOptions& options, std::string_view foreign_id);

/// The foreign_id to send, made by the options' tagger, which must be set. Error (not_sent) if it
/// cannot be tagged. Throws std::bad_alloc only.
Result<std::string> tag_foreign_id(const ClientOptions& options, std::string_view foreign_id,
                                   std::string_view phone_number);

}  // namespace dropcowboy
