#pragma once

#include <memory>
#include <utility>

#include "delivery/pipeline.hpp"
#include "json/failure_answer.hpp"

namespace dropcowboy::support {

/// The way of a client's calls, without headers, over the options' own transport.
inline std::shared_ptr<const delivery::Pipeline> make_pipeline(ClientOptions options) {
  auto runtime = options.runtime ? options.runtime : Runtime::system();
  delivery::Parts parts;
  parts.transport = options.transport;
  parts.headers_with_body = std::make_shared<const std::vector<HttpHeader>>();
  parts.headers_without_body = parts.headers_with_body;
  parts.read_failure = &json::decode_failure_answer;
  return std::make_shared<const delivery::Pipeline>(std::move(options), std::move(runtime),
                                                    std::move(parts));
}

}  // namespace dropcowboy::support
