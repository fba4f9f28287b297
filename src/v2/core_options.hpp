#pragma once

#include "dropcowboy/v2/options.hpp"

namespace dropcowboy::v2 {

/// The options as the delivery takes them. Their team_id is what the tagger is told; the key is not
/// among them.
dropcowboy::ClientOptions core_options(const ClientOptions& options);

}  // namespace dropcowboy::v2
