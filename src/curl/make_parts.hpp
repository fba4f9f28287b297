#pragma once

#include <memory>

#include "curl/curl_transport.hpp"
#include "curl/multi_engine.hpp"
#include "delivery/pipeline.hpp"

namespace dropcowboy::curl {

/// What carries a client's exchanges: the options' own transport, or libcurl. Throws as
/// make_transport() does. The rest of the parts is up to the caller.
inline delivery::Parts make_parts(const ClientOptions& options,
                                  const std::shared_ptr<Runtime>& runtime) {
  delivery::Parts parts;
  if (options.transport) {
    parts.transport = options.transport;
  } else {
    parts.transport = make_transport(options, runtime);
    parts.make_engine = engine_factory(options);
  }
  return parts;
}

}  // namespace dropcowboy::curl
