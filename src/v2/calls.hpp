#pragma once

#include <string_view>

namespace dropcowboy::v2 {

/// What HTTP 401 means. Of a send it comes only if there are no credentials at all.
inline constexpr std::string_view refused_credentials =
    "the service refused the API key: check credentials.key and credentials.secret, which are not "
    "the team_id and secret of v1";

}  // namespace dropcowboy::v2
