#pragma once

#include <memory>
#include <string_view>

#include "core/service_words.hpp"
#include "delivery/pipeline.hpp"
#include "dropcowboy/transport.hpp"

namespace dropcowboy::curl {

/// What sends a client's calls: by libcurl, or the options' own transport. Every request carries
/// the header `account`, the secret, and what all requests have. The options are valid. Throws as
/// make_transport() does.
std::shared_ptr<const delivery::Pipeline> make_pipeline(
    ClientOptions options, HttpHeader account, ServiceWords (*read_failure)(std::string_view body));

}  // namespace dropcowboy::curl
