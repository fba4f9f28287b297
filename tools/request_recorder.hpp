#pragma once

#include <dropcowboy/transport.hpp>
#include <mutex>
#include <optional>
#include <string>

#include "exit_code.hpp"

namespace dropcowboy::tool {

/// Takes the place of the network in a dry run: remembers the first request, and sends none.
class RequestRecorder : public Transport {
 public:
  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) override;

  /// Once a request was made: prints the first one to stdout, as {"dry_run", "method", "url",
  /// "headers", "body"}, the secret masked. Nothing otherwise.
  std::optional<ExitCode> print_first() const;

 private:
  mutable std::mutex mutex_;
  std::string first_;  // the document
};

}  // namespace dropcowboy::tool
