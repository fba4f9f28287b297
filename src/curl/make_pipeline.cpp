#include "curl/make_pipeline.hpp"

#include <utility>
#include <vector>

#include "core/user_agent.hpp"
#include "curl/curl_transport.hpp"
#include "curl/multi_engine.hpp"

namespace dropcowboy::curl {

std::shared_ptr<const delivery::Pipeline> make_pipeline(
    ClientOptions options, HttpHeader account,
    ServiceWords (*read_failure)(std::string_view body)) {
  auto runtime = options.runtime ? options.runtime : Runtime::system();
  delivery::Parts parts;
  if (options.transport) {
    parts.transport = options.transport;
  } else {
    parts.transport = make_transport(options, runtime);
    parts.make_engine = engine_factory(options);
  }
  std::vector<HttpHeader> headers = {std::move(account),
                                     {"x-secret", options.credentials.secret},
                                     {"Accept", "application/json"},
                                     {"User-Agent", user_agent(options.user_agent)}};
  parts.headers_without_body = std::make_shared<const std::vector<HttpHeader>>(headers);
  headers.push_back({"Content-Type", "application/json"});
  parts.headers_with_body = std::make_shared<const std::vector<HttpHeader>>(std::move(headers));
  parts.read_failure = read_failure;
  return std::make_shared<const delivery::Pipeline>(std::move(options), std::move(runtime),
                                                    std::move(parts));
}

}  // namespace dropcowboy::curl
