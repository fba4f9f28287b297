#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curl/easy_options.hpp"
#include "curl/global.hpp"
#include "curl/observation.hpp"
#include "curl/open_sockets.hpp"
#include "dropcowboy/options.hpp"

namespace dropcowboy::curl {

/// The part of a client's options that every transfer needs.
struct Settings {
  TlsOptions tls{};
  ProxyOptions proxy{};
  std::chrono::milliseconds idle_connection_max_age{};
};

Settings settings_of(const ClientOptions& options);

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept {
    if (const InUse libcurl; libcurl) curl_easy_cleanup(handle);
  }
};
struct SlistDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// One reusable libcurl easy handle with all it points to: carries one exchange at a time. What
/// stays the same is set once; begin() sets the rest. It neither runs nor waits: add handle() to a
/// multi handle between begin() and end(). Not thread-safe.
class Transfer {
 public:
  /// Throws Exception (configuration) if libcurl refuses an option that safety depends on.
  /// `sockets` are those of the multi handle that the transfer is for.
  Transfer(const Settings& settings, OpenSockets& sockets);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// The request's views must stay valid until end().
  void begin(const HttpRequest& request);
  /// `code` is what libcurl ended with; pass `cancelled` if the transfer was given up before that.
  HttpResult end(CURLcode code, bool cancelled = false) noexcept;

  /// True after end() if the request was held back, for once, because the idle connection chosen
  /// for it had been closed by the service, or may hold bytes that nobody asked for. That
  /// connection is gone; begin() again on a fresh one, it is no repetition.
  bool needs_fresh_connection() const noexcept { return met_unfit_connection_ && !is_fresh_; }

  CURL* handle() const noexcept { return easy_.get(); }

 private:
  using Headers = std::shared_ptr<const std::vector<HttpHeader>>;

  void configure(const Settings& settings);
  template <class Value>
  void set(CURLoption option, Value value) {
    set_option(easy_.get(), option, value);
  }
  void set_url(std::string_view url);
  void set_timeout(CURLoption option, std::chrono::milliseconds timeout,
                   std::chrono::milliseconds& last);
  void set_method(const HttpRequest& request);
  void set_headers(const Headers& headers);
  bool take_body(const char* data, std::size_t size) noexcept;
  bool take_header(const char* data, std::size_t size) noexcept;
  const char* words_for(CURLcode code) const noexcept;
  bool may_issue(int local_port) noexcept;
  bool is_fit(int local_port) noexcept;
  bool is_refused_by_proxy() const noexcept;
  std::optional<std::chrono::seconds> retry_after() const noexcept;

  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) noexcept;
  static int on_socket(void* self, curl_socket_t socket, curlsocktype purpose) noexcept;
  static int on_close(void* sockets, curl_socket_t socket) noexcept;
  static int on_request(void* self, char*, char*, int, int) noexcept;

  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<curl_slist, SlistDeleter> header_list_;
  Headers headers_;  // what header_list_ was made from
  // as set last: setting an option again costs what setting it costs
  std::string url_;
  std::chrono::milliseconds connect_timeout_{-1};
  std::chrono::milliseconds timeout_{-1};
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  bool always_fresh_;
  bool was_used_ = false;

  // of the exchange under way
  bool was_issued_ = false;  // libcurl was let write the request: it may have been sent
  bool opened_socket_ = false;
  bool is_fresh_ = false;
  HttpResult result_;
  std::size_t header_bytes_ = 0;
  std::size_t max_body_bytes_ = 0;
  bool too_large_ = false;
  bool in_headers_ = false;
  bool has_retry_after_ = false;
  bool is_tls_ = true;
  bool is_date_wanted_ = false;
  bool met_unfit_connection_ = false;

  OpenSockets& sockets_;
};

}  // namespace dropcowboy::curl
