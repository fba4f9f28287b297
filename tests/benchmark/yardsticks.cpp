#include "yardsticks.hpp"

#include <curl/curl.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "dropcowboy/version.hpp"
#include "workload.hpp"

namespace dropcowboy::benchmark {

namespace {

using std::chrono::milliseconds;

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

HeaderList make_headers() {
  curl_slist* list = nullptr;
  const Credentials credentials = benchmark::credentials();
  for (const std::string& line :
       {std::string("Expect:"), std::string("Content-Type: application/json"),
        std::string("Accept: application/json"), "x-team-id: " + credentials.team_id,
        "x-secret: " + credentials.secret,
        std::string("User-Agent: dropcowboy-cpp/" DROPCOWBOY_VERSION)}) {
    list = curl_slist_append(list, line.c_str());
  }
  return HeaderList(list);
}

std::size_t keep_answer(char* data, std::size_t, std::size_t size, void* answer) {
  static_cast<std::string*>(answer)->append(data, size);
  return size;
}

/// A handle that is ready to send, again and again.
class CurlSender {
 public:
  CurlSender(const Exchange& exchange, const std::string& url, curl_slist* headers)
      : easy_(curl_easy_init()) {
    curl_easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_.get(), CURLOPT_CONNECTTIMEOUT,
                     static_cast<long>(connect_timeout.count()));
    curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT, static_cast<long>(attempt_timeout.count()));
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDS, exchange.body.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(exchange.body.size()));
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &keep_answer);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, &answer_);
    curl_easy_setopt(easy_.get(), CURLOPT_PRIVATE, this);
    if (!exchange.ca_file.empty()) {
      curl_easy_setopt(easy_.get(), CURLOPT_CAINFO, exchange.ca_file.c_str());
    }
  }
  CurlSender(const CurlSender&) = delete;
  CurlSender& operator=(const CurlSender&) = delete;

  CURL* handle() const { return easy_.get(); }
  /// Whether the exchange that ended was answered with 200; makes room for the next.
  bool take_success() {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer_.clear();
    return status == 200;
  }

 private:
  Easy easy_;
  std::string answer_;
};

/// A multi handle and its easy handles, as many as may be in flight.
class CurlMultiLoop {
 public:
  explicit CurlMultiLoop(const Exchange& exchange) : headers_(make_headers()) {
    const std::string url = exchange.base_url + "/rvm";
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight));
    for (int i = 0; i < in_flight; ++i) {
      senders_.push_back(std::make_unique<CurlSender>(exchange, url, headers_.get()));
      free_.push_back(senders_.back()->handle());
    }
  }

  /// Starts so many, or what is free; whether that was anything.
  bool start(int count) {
    const int before = started_;
    for (; count > 0 && !free_.empty(); --count, ++started_) {
      curl_multi_add_handle(multi_.get(), free_.back());
      free_.pop_back();
    }
    return started_ > before;
  }
  /// Moves everything on, and takes what has ended.
  void collect() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      CURL* easy = message->easy_handle;
      char* self = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
      succeeded_ += reinterpret_cast<CurlSender*>(self)->take_success() ? 1 : 0;
      ++finished_;
      curl_multi_remove_handle(multi_.get(), easy);
      free_.push_back(easy);
    }
  }
  void wait(milliseconds timeout) {
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(timeout.count()), nullptr);
  }

  int started() const { return started_; }
  int finished() const { return finished_; }
  int succeeded() const { return succeeded_; }

 private:
  HeaderList headers_;
  std::vector<std::unique_ptr<CurlSender>> senders_;  // outlive the multi handle
  std::unique_ptr<CURLM, MultiDeleter> multi_{curl_multi_init()};
  std::vector<CURL*> free_;
  int started_ = 0;
  int finished_ = 0;
  int succeeded_ = 0;
};

}  // namespace

Exchange yardstick_exchange(const std::string& base_url, const std::string& ca_file) {
  std::string body = to_json(benchmark::reference_request());
  const Credentials credentials = benchmark::credentials();
  body.insert(
      1, R"("team_id":")" + credentials.team_id + R"(","secret":")" + credentials.secret + R"(",)");
  return {base_url, std::move(body), ca_file};
}

int send_with_curl_multi(const Exchange& exchange, int count) {
  CurlMultiLoop loop(exchange);
  while (loop.finished() < count) {
    // Waiting now would leave what was just added unwritten: half the speed.
    if (!loop.start(count - loop.started())) loop.wait(milliseconds(1'000));
    loop.collect();
  }
  return loop.succeeded();
}

int pace_with_curl_multi(const Exchange& exchange, double rate, int count) {
  using Clock = std::chrono::steady_clock;
  constexpr auto tick = milliseconds(5);
  CurlMultiLoop loop(exchange);
  const auto begin = Clock::now();
  auto next = begin;
  while (loop.finished() < count) {
    const auto now = Clock::now();
    if (now >= next) {
      const double due = rate * std::chrono::duration<double>(now - begin).count() + 1;
      loop.start(std::min(count, static_cast<int>(due)) - loop.started());
      next = now + tick;
    } else {
      loop.wait(std::chrono::ceil<milliseconds>(next - now));
    }
    loop.collect();
  }
  return loop.succeeded();
}

int send_with_curl_easy(const Exchange& exchange, int count) {
  const HeaderList headers = make_headers();
  const std::string url = exchange.base_url + "/rvm";
  CurlSender sender(exchange, url, headers.get());
  int succeeded = 0;
  for (int i = 0; i < count; ++i) {
    if (curl_easy_perform(sender.handle()) != CURLE_OK) continue;
    succeeded += sender.take_success() ? 1 : 0;
  }
  return succeeded;
}

int send_with_httplib(const Exchange& exchange, int count) {
  const auto path_at = exchange.base_url.find('/', exchange.base_url.find("//") + 2);
  httplib::Client client(exchange.base_url.substr(0, path_at));
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  const std::string path = exchange.base_url.substr(path_at) + "/rvm";
  const Credentials credentials = benchmark::credentials();
  const httplib::Headers headers{{"Accept", "application/json"},
                                 {"x-team-id", credentials.team_id},
                                 {"x-secret", credentials.secret}};
  int succeeded = 0;
  for (int i = 0; i < count; ++i) {
    const auto answer = client.Post(path, headers, exchange.body, "application/json");
    succeeded += answer && answer->status == 200 ? 1 : 0;
  }
  return succeeded;
}

}  // namespace dropcowboy::benchmark
