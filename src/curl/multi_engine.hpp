#pragma once

#include <functional>
#include <memory>

#include "delivery/engine.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// Makes engines that carry many exchanges over one libcurl multi handle; throws Exception
/// (configuration) like make_transport(). In a forked child an engine's destructor leaks
/// everything, on purpose.
std::function<std::unique_ptr<delivery::Engine>()> engine_factory(const ClientOptions& options);

}  // namespace dropcowboy::curl
