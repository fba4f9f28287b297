#pragma once

#include <memory>

#include "delivery/engine.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// Many exchanges over one libcurl multi handle. Throws Exception (configuration) like
/// make_transport(). In a forked child its destructor leaks everything, on purpose.
std::unique_ptr<delivery::Engine> make_engine(const ClientOptions& options);

}  // namespace dropcowboy::curl
