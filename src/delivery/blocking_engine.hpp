#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "delivery/engine.hpp"
#include "dropcowboy/runtime.hpp"

namespace dropcowboy::delivery {

/// Drives a Transport that only knows how to block: one exchange at a time (its ticket is 0),
/// within start(). Waits on the Runtime's clock.
class BlockingEngine final : public Engine {
 public:
  BlockingEngine(std::shared_ptr<Transport> transport, std::shared_ptr<Runtime> runtime);

  void start(Ticket ticket, const HttpRequest& request,
             const CancelToken& cancel) noexcept override;
  HttpResult abort(Ticket ticket) override;
  void perform(std::vector<Finished>& finished) override;
  void wait(TimePoint now, TimePoint until) override;
  void wake() noexcept override;
  void shut_down() noexcept override;

 private:
  std::shared_ptr<Transport> transport_;
  std::shared_ptr<Runtime> runtime_;
  std::optional<Finished> finished_;
  std::mutex mutex_;
  CancelToken woken_;  // replaced after each wait
  const CancelToken shut_down_;
};

/// One exchange over `transport`, whose exceptions become results that may have been sent.
HttpResult perform_guarded(Transport& transport, const HttpRequest& request,
                           const CancelToken& cancel) noexcept;

}  // namespace dropcowboy::delivery
