#include "curl/transfer.hpp"

#include <algorithm>
#include <ctime>
#include <new>
#include <string_view>
#include <utility>

#include "curl/tls_buffer.hpp"
#include "platform/platform.hpp"
#include "text/characters.hpp"

namespace dropcowboy::curl {

namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;

/// The value of header line `line` if its name is `name`.
std::optional<std::string_view> header_value(std::string_view line,
                                             std::string_view name) noexcept {
  const bool is_it = line.size() > name.size() && line[name.size()] == ':' &&
                     text::equals_ignoring_case(line.substr(0, name.size()), name);
  if (!is_it) return std::nullopt;
  return text::trim(line.substr(name.size() + 1));
}

std::optional<std::chrono::system_clock::time_point> date_of(std::string_view text) {
  const std::time_t time = curl_getdate(std::string(text).c_str(), nullptr);
  if (time == -1) return std::nullopt;
  return std::chrono::system_clock::from_time_t(time);
}

/// libcurl 7.83.0 to 8.0.1 frees a header of the last answer once more when the next answer begins
/// with a folded line (curl issue 11101): there each exchange has a handle of its own.
bool is_handle_for_one_exchange() noexcept {
  static const unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;
  return version >= 0x075300 && version <= 0x080001;
}

bool is_socks_refusal(long fault) noexcept {
  switch (fault) {
    case CURLPX_BAD_VERSION:
    case CURLPX_GSSAPI:
    case CURLPX_GSSAPI_PERMSG:
    case CURLPX_GSSAPI_PROTECTION:
    case CURLPX_IDENTD:
    case CURLPX_IDENTD_DIFFER:
    case CURLPX_LONG_PASSWD:
    case CURLPX_LONG_USER:
    case CURLPX_NO_AUTH:
    case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
    case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
    case CURLPX_REPLY_NOT_ALLOWED:
    case CURLPX_UNKNOWN_MODE:
    case CURLPX_USER_REJECTED: return true;
    default: return false;
  }
}

}  // namespace

Settings settings_of(const ClientOptions& options) {
  return {options.tls, options.proxy, options.idle_connection_max_age};
}

Transfer::Transfer(const Settings& settings, OpenSockets& sockets)
    : easy_(curl_easy_init()),
      always_fresh_(settings.idle_connection_max_age.count() == 0 ||
                    tunnels_through_tls(settings.proxy)),
      sockets_(sockets) {
  if (!easy_) throw std::bad_alloc();
  // What nobody can look into may hold the rest of an old answer: it is not used twice.
  always_fresh_ = always_fresh_ || !can_see_tls_buffer(easy_.get());
  configure(settings);
}

void Transfer::configure(const Settings& settings) {
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_ACCEPT_ENCODING, "identity");  // understand a server that compresses unasked
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without it a slow name server holds the thread long past every timeout.
  set_option_if_known(easy_.get(), CURLOPT_QUICK_EXIT, 1L);
#endif
  if (!always_fresh_) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings.idle_connection_max_age);
    set(CURLOPT_MAXAGE_CONN, static_cast<long>(seconds.count()));
  } else {
    set(CURLOPT_FORBID_REUSE, 1L);
  }
  set_trust(easy_.get(), settings.tls);
  set_proxy(easy_.get(), settings.proxy);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_SOCKOPTFUNCTION, &Transfer::on_socket);
  set(CURLOPT_SOCKOPTDATA, this);
  set(CURLOPT_CLOSESOCKETFUNCTION, &Transfer::on_close);
  set(CURLOPT_CLOSESOCKETDATA, &sockets_);  // of the connection, which outlives the transfer
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_request);
  set(CURLOPT_PREREQDATA, this);
}

void Transfer::begin(const HttpRequest& request) {
  if (was_used_ && is_handle_for_one_exchange()) {
    CURL* copy = curl_easy_duphandle(easy_.get());
    if (copy == nullptr) throw std::bad_alloc();
    easy_.reset(copy);
  }
  was_used_ = true;
  was_issued_ = false;
  opened_socket_ = false;
  is_fresh_ = request.fresh_connection || always_fresh_;
  result_ = HttpResult();
  header_bytes_ = 0;
  max_body_bytes_ = request.max_response_bytes;
  too_large_ = false;
  in_headers_ = false;
  has_retry_after_ = false;
  met_unfit_connection_ = false;
  is_date_wanted_ = request.method == HttpMethod::get;
  is_tls_ = request.url.substr(0, 5) != "http:";
  error_text_[0] = '\0';
  set_url(request.url);
  set_timeout(CURLOPT_CONNECTTIMEOUT_MS, request.connect_timeout, connect_timeout_);
  set_timeout(CURLOPT_TIMEOUT_MS, request.timeout, timeout_);
  set(CURLOPT_FRESH_CONNECT, is_fresh_ ? 1L : 0L);
  set_method(request);
  set_headers(request.headers);
}

void Transfer::set_url(std::string_view url) {
  if (url == url_) return;
  url_.clear();  // so that it is set again if there is no memory to remember it
  set(CURLOPT_URL, std::string(url).c_str());
  url_ = url;
}

void Transfer::set_timeout(CURLoption option, std::chrono::milliseconds timeout,
                           std::chrono::milliseconds& last) {
  if (timeout == last) return;
  set(option, std::max(1L, static_cast<long>(timeout.count())));
  last = timeout;
}

void Transfer::set_method(const HttpRequest& request) {
  const char* name = request.method == HttpMethod::del   ? "DELETE"
                     : request.method == HttpMethod::put ? "PUT"
                                                         : nullptr;
  set(CURLOPT_CUSTOMREQUEST, name);
  if (request.method != HttpMethod::post && request.method != HttpMethod::put) {
    set(CURLOPT_HTTPGET, 1L);  // no body
    return;
  }
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, request.body.data());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
}

void Transfer::set_headers(const Headers& headers) {
  if (headers == headers_) return;
  std::unique_ptr<curl_slist, SlistDeleter> list;
  const auto append = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  append("Expect:");           // never wait for "100 Continue"
  append("Accept-Encoding:");  // ask for no compression
  for (const HttpHeader& header : *headers) append(header.name + ": " + header.value);
  set(CURLOPT_HTTPHEADER, list.get());
  header_list_ = std::move(list);
  headers_ = headers;
}

HttpResult Transfer::end(CURLcode code, bool cancelled) noexcept {
  long status = 0;
  long new_connections = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &new_connections);
  result_.wire = was_issued_ ? Wire::maybe_sent : Wire::not_sent;
  // 1xx is not an answer yet, and what came without a request is none to it.
  result_.status = was_issued_ && status >= 200 ? static_cast<int>(status) : 0;
  result_.new_connection = new_connections > 0;
  if (has_retry_after_) result_.retry_after = retry_after();
  result_.failure = cancelled               ? TransportFailure::cancelled
                    : too_large_            ? TransportFailure::too_large
                    : is_refused_by_proxy() ? TransportFailure::proxy
                                            : failure_of(code);
  if (code == CURLE_UNSUPPORTED_PROTOCOL && was_issued_) {
    result_.failure = TransportFailure::protocol;  // not of base_url: the answer is not HTTP/1
  }
  if (code == CURLE_ABORTED_BY_CALLBACK && !cancelled) {
    result_.failure = TransportFailure::interrupted;
    explain_if_possible(
        result_.detail,
        met_unfit_connection_
            ? "the service had closed the connection, or said something unasked on it"
        : !InUse()    ? process_ends
        : was_issued_ ? "the connection closed when the request may have been written"
                      : "libcurl could not go on with it");
  } else if (result_.failure != TransportFailure::none && !cancelled) {
    explain_if_possible(result_.detail, words_for(code));
  }
  return std::move(result_);
}

/// As libcurl reads it: seconds, or a date in any of HTTP's three forms. It gives 0 for what is no
/// such thing, and for a date that has passed.
std::optional<std::chrono::seconds> Transfer::retry_after() const noexcept {
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &seconds);
  constexpr curl_off_t most = curl_off_t{24} * 60 * 60;
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, most));
}

/// By an HTTP proxy's answer to CONNECT, or a SOCKS proxy's to its greeting. A proxy that wants to
/// but cannot reach the service (5xx) is not meant: that passes.
bool Transfer::is_refused_by_proxy() const noexcept {
  long connect_status = 0;
  long socks_fault = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &connect_status);
  curl_easy_getinfo(easy_.get(), CURLINFO_PROXY_ERROR, &socks_fault);
  const bool is_refusal = connect_status >= 300 && connect_status < 500;
  return !was_issued_ && (is_refusal || is_socks_refusal(socks_fault));
}

const char* Transfer::words_for(CURLcode code) const noexcept {
  return error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
}

bool Transfer::take_body(const char* data, std::size_t size) noexcept {
  too_large_ = size > max_body_bytes_ - result_.body.size();
  if (too_large_) return false;
  try {
    result_.body.append(data, size);
  } catch (const std::bad_alloc&) {
    return false;  // libcurl gives up the transfer
  }
  return true;
}

bool Transfer::take_header(const char* data, std::size_t size) noexcept {
  header_bytes_ += size;
  too_large_ = header_bytes_ > max_header_bytes;
  if (too_large_) return false;
  const std::string_view line(data, size);
  if (line.substr(0, 5) == "HTTP/") {
    // What an interim answer (1xx) said counts no more.
    in_headers_ = true;
    has_retry_after_ = false;
    result_.request_id.clear();
    result_.service_time.reset();
  }
  if (line == "\r\n" || line == "\n") in_headers_ = false;
  if (!in_headers_) return true;  // trailers, which come after the body, count for nothing
  try {
    has_retry_after_ = has_retry_after_ || header_value(line, "retry-after");
    if (const auto value = header_value(line, "x-request-id")) result_.request_id = *value;
    if (is_date_wanted_) {
      if (const auto value = header_value(line, "date")) result_.service_time = date_of(*value);
    }
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

std::size_t Transfer::on_body(char* data, std::size_t, std::size_t size, void* self) noexcept {
  return static_cast<Transfer*>(self)->take_body(data, size) ? size : 0;
}

std::size_t Transfer::on_header(char* data, std::size_t, std::size_t size, void* self) noexcept {
  return static_cast<Transfer*>(self)->take_header(data, size) ? size : 0;
}

/// libcurl repeats any method by itself, up to five times, when a reused connection dies before it
/// answers; of a POST each repetition can be a second voicemail. So a request is issued once. How
/// much of it was written is not asked: before 8.7 libcurl does not count what a second write
/// takes, and what the TLS library holds back nobody counts.
bool Transfer::may_issue(int local_port) noexcept {
  if (was_issued_) return false;
  met_unfit_connection_ = !is_fit(local_port);
  was_issued_ = !met_unfit_connection_;
  return was_issued_;
}

/// Whether the connection can carry a request: it is open, and not a byte of an earlier exchange,
/// or that nobody asked for, is left to be taken for the answer. libcurl looks, too, but 7.88 takes
/// an idle TLS connection for alive although the service has closed it in good order (curl issue
/// 10646), and no version asks the TLS library.
bool Transfer::is_fit(int local_port) noexcept {
  if (!is_tls_) return sockets_.is_quiet(local_port);
  // A new TLS connection may hold a session ticket already.
  return opened_socket_ || (sockets_.is_quiet(local_port) && is_tls_buffer_empty(easy_.get()));
}

int Transfer::on_socket(void* self, curl_socket_t socket, curlsocktype) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.sockets_.add(static_cast<platform::Socket>(socket));
  } catch (const std::bad_alloc&) {
    return CURL_SOCKOPT_ERROR;
  }
  transfer.opened_socket_ = true;
  return CURL_SOCKOPT_OK;
}

int Transfer::on_close(void* sockets, curl_socket_t socket) noexcept {
  return static_cast<OpenSockets*>(sockets)->close(static_cast<platform::Socket>(socket)) ? 0 : 1;
}

int Transfer::on_request(void* self, char*, char*, int, int local_port) noexcept {
  return static_cast<Transfer*>(self)->may_issue(local_port) ? CURL_PREREQFUNC_OK
                                                             : CURL_PREREQFUNC_ABORT;
}

}  // namespace dropcowboy::curl
