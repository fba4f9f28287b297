#include "dropcowboy/testing/callback_page.hpp"

#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "testing/http_server.hpp"
#include "testing/page/page.hpp"
#include "testing/path.hpp"

namespace dropcowboy::testing {

struct CallbackPage::Impl {
  explicit Impl(int port)
      : server(port, [this](const httplib::Request& request, httplib::Response& response) {
          if (!page.answer(request, response, server.port())) response.status = 404;
        }) {}
  ~Impl() { page.stop(); }

  Answer about() {
    const std::lock_guard lock(mutex);
    return say({{"role", "receiver"}, {"callback_url", callback_url}});
  }

  Answer act(const httplib::Request& request) {
    if (!matches({"page", "api", "clear"}, parts_of(request.target))) {
      return refuse(404, "the page has nothing at this path");
    }
    journal.clear();
    return say({{"done", "cleared"}});
  }

  std::mutex mutex;
  std::string callback_url;
  const ServiceClock clock{nullptr};
  page::Journal journal{clock};
  page::Page page{journal,
                  {[this](int) { return about(); },
                   [this](const httplib::Request& request) { return act(request); }}};
  HttpServer server;  // the last member: its threads use all others
};

CallbackPage::CallbackPage(CallbackPageOptions options)
    : impl_(std::make_unique<Impl>(options.port)) {}

CallbackPage::~CallbackPage() = default;

std::string CallbackPage::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->server.port()) + '/';
}

void CallbackPage::set_callback_url(std::string url) {
  const std::lock_guard lock(impl_->mutex);
  impl_->callback_url = std::move(url);
}

void CallbackPage::add(const ReceivedCallback& callback) { impl_->journal.heard(callback); }

}  // namespace dropcowboy::testing
