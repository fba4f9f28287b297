#pragma once

#include <dropcowboy/transport.hpp>
#include <mutex>
#include <string>

namespace dropcowboy::tool {

/// Takes the place of the network in a dry run: remembers the first request, and sends none.
class RequestRecorder : public Transport {
 public:
  HttpResult perform(const HttpRequest& request, const CancelToken& cancel) override;

  bool empty() const;
  /// To stdout: {"dry_run", "method", "url", "headers", "body"}, the secret masked.
  void print_first() const;

 private:
  mutable std::mutex mutex_;
  std::string first_;  // the document
};

}  // namespace dropcowboy::tool
