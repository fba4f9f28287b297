#pragma once

#include <curl/curl.h>

#include "dropcowboy/transport.hpp"

namespace dropcowboy::curl {

/// What a libcurl result means. A code that is not listed is `other`. Pure.
TransportFailure failure_of(CURLcode code) noexcept;

}  // namespace dropcowboy::curl
