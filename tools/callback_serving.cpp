#include "callback_serving.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "exit_code.hpp"

namespace dropcowboy::tool {

using receiver::CallbackRequest;
using receiver::CallbackServer;
using receiver::Reception;

namespace {

/// Web pages can post to this machine, too; browsers say so in headers that no service sends.
bool is_from_web_page(const CallbackRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const HttpHeader& header) {
    std::string name = header.name;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name == "origin" || name.rfind("sec-fetch-", 0) == 0;
  });
}

Reception refuse_web_page() {
  say_warning("refused what a web page posted");
  print_event({{"event", "rejection"}, {"rejection", "web_page"}, {"answered_status", 403}});
  Reception refused;
  refused.status = 403;
  refused.body = "forbidden\n";
  return refused;
}

}  // namespace

CallbackServer serve_callbacks(int port, CallbackServer::Handler handler) {
  receiver::CallbackServerOptions options;
  options.port = port;
  try {
    return CallbackServer(options, [handler = std::move(handler)](const CallbackRequest& request) {
      return is_from_web_page(request) ? refuse_web_page() : handler(request);
    });
  } catch (const Exception& exception) {
    throw UsageError(exception.error().message);
  }
}

}  // namespace dropcowboy::tool
