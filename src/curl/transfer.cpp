#include "curl/transfer.hpp"

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>

#include "errors.hpp"
#include "platform/platform.hpp"

namespace dropcowboy::curl {

namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;

/// The value of header line `line` if its name is `name` (lower case).
std::optional<std::string_view> header_value(std::string_view line,
                                             std::string_view name) noexcept {
  if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = line[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != name[i]) {
      return std::nullopt;
    }
  }
  line.remove_prefix(name.size() + 1);
  const auto first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::string_view();
  return line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

Settings settings_of(const ClientOptions& options) {
  return {options.tls, options.proxy, options.idle_connection_max_age};
}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) {
    throw Exception(not_sent(ErrorKind::configuration,
                             std::string("libcurl ") + curl_version_info(CURLVERSION_NOW)->version +
                                 " cannot be set up (option " +
                                 std::to_string(static_cast<int>(option)) + ": " +
                                 curl_easy_strerror(code) + "); this library needs 7.80 or newer"));
  }
}

template <class Value>
void Transfer::set_if_known(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

Transfer::Transfer(const Settings& settings, OpenSockets& sockets)
    : easy_(curl_easy_init()),
      always_fresh_(settings.idle_connection_max_age.count() == 0),
      sockets_(sockets) {
  if (!easy_) throw std::bad_alloc();
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  // Ask for no compression, but understand a server that compresses all the same.
  set(CURLOPT_ACCEPT_ENCODING, "identity");
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without it a slow name server holds the thread long past every timeout.
  set_if_known(CURLOPT_QUICK_EXIT, 1L);
#endif
  if (!always_fresh_) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings.idle_connection_max_age);
    set(CURLOPT_MAXAGE_CONN, static_cast<long>(seconds.count()));
  } else {
    set(CURLOPT_FORBID_REUSE, 1L);
  }
  set_security(settings.tls);
  set_proxy(settings.proxy);
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_SOCKOPTFUNCTION, &Transfer::on_socket);
  set(CURLOPT_SOCKOPTDATA, this);
  set(CURLOPT_PREREQFUNCTION, &Transfer::on_request);
  set(CURLOPT_PREREQDATA, this);
}

void Transfer::set_security(const TlsOptions& tls) {
#if LIBCURL_VERSION_NUM >= 0x075500
  set(CURLOPT_PROTOCOLS_STR, "https,http");  // http passed the base_url rules: loopback or opted in
#else
  set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS | CURLPROTO_HTTP));
#endif
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!tls.ca_file.empty() || !tls.ca_directory.empty()) {
    // Whoever names authorities means only those: libcurl would add its own directory or bundle.
    const auto or_none = [](const std::string& path) {
      return path.empty() ? nullptr : path.c_str();
    };
    set(CURLOPT_CAINFO, or_none(tls.ca_file));
    set(CURLOPT_CAPATH, or_none(tls.ca_directory));
  }
  if (tls.native_store) set(CURLOPT_SSL_OPTIONS, static_cast<long>(CURLSSLOPT_NATIVE_CA));
}

void Transfer::set_proxy(const ProxyOptions& proxy) {
  if (!proxy.url.empty()) {
    set(CURLOPT_PROXY, proxy.url.c_str());
    set(CURLOPT_NOPROXY, "");  // else the environment's no_proxy would still count
  } else if (!proxy.from_environment) {
    set(CURLOPT_PROXY, "");  // not even from the environment
  }
}

void Transfer::begin(const HttpRequest& request) {
  gate_.reset();
  outcome_ = HttpOutcome();
  header_bytes_ = 0;
  max_body_bytes_ = request.max_answer_bytes;
  too_large_ = false;
  met_closed_connection_ = false;
  is_tls_ = request.url.substr(0, 5) != "http:";
  opened_ = CURL_SOCKET_BAD;
  error_text_[0] = '\0';
  set(CURLOPT_URL, std::string(request.url).c_str());
  set(CURLOPT_CONNECTTIMEOUT_MS, std::max(1L, static_cast<long>(request.connect_timeout.count())));
  set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(request.timeout.count())));
  set(CURLOPT_FRESH_CONNECT, request.fresh_connection || always_fresh_ ? 1L : 0L);
  set_method(request);
  set_headers(request.headers);
}

void Transfer::set_method(const HttpRequest& request) {
  const bool is_delete = request.method == HttpMethod::del;
  set(CURLOPT_CUSTOMREQUEST, is_delete ? "DELETE" : static_cast<const char*>(nullptr));
  if (request.method != HttpMethod::post) {
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
  append("Expect:");  // never wait for "100 Continue"
  for (const HttpHeader& header : *headers) append(header.name + ": " + header.value);
  set(CURLOPT_HTTPHEADER, list.get());
  header_list_ = std::move(list);
  headers_ = headers;
}

HttpOutcome Transfer::end(CURLcode code, bool cancelled) noexcept {
  long status = 0;
  long request_size = 0;
  long new_connections = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &request_size);
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &new_connections);
  gate_.update(request_size);
  outcome_.wire = gate_.wire();
  outcome_.status = status >= 200 ? static_cast<int>(status) : 0;  // 1xx is not an answer yet
  outcome_.new_connection = new_connections > 0;
  outcome_.failure = cancelled    ? TransportFailure::cancelled
                     : too_large_ ? TransportFailure::too_large
                                  : failure_of(code);
  if (code == CURLE_UNSUPPORTED_PROTOCOL && outcome_.wire == Wire::maybe_sent) {
    outcome_.failure = TransportFailure::protocol;  // not of base_url: the answer is not HTTP/1
  }
  if (code == CURLE_ABORTED_BY_CALLBACK && !cancelled) {
    // The gate stopped libcurl from writing the request, most often for a second time.
    outcome_.failure = TransportFailure::interrupted;
    explain_if_possible(outcome_.detail,
                        met_closed_connection_
                            ? "the service had closed the connection"
                            : "the connection closed after the request had been written");
  } else if (outcome_.failure != TransportFailure::none && !cancelled) {
    explain_if_possible(outcome_.detail, words_for(code));
  }
  return std::move(outcome_);
}

const char* Transfer::words_for(CURLcode code) const noexcept {
  return error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
}

bool Transfer::take_body(const char* data, std::size_t size) noexcept {
  too_large_ = size > max_body_bytes_ - outcome_.body.size();
  if (too_large_) return false;
  try {
    outcome_.body.append(data, size);
  } catch (const std::bad_alloc&) {
    return false;  // libcurl gives up the transfer
  }
  return true;
}

bool Transfer::take_header(const char* data, std::size_t size) noexcept {
  header_bytes_ += size;
  too_large_ = header_bytes_ > max_header_bytes;
  if (too_large_) return false;
  try {
    const std::string_view line(data, size);
    if (const auto value = header_value(line, "retry-after")) outcome_.retry_after = *value;
    if (const auto value = header_value(line, "x-request-id")) outcome_.request_id = *value;
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

bool Transfer::may_issue(int local_port) noexcept {
  long request_size = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &request_size);
  if (!gate_.may_issue(request_size)) return false;
  met_closed_connection_ = is_tls_ && !is_open(local_port);
  return !met_closed_connection_;
}

/// libcurl 7.88 takes an idle TLS connection for alive although the service has closed it in good
/// order (curl issue 10646). What is written to it is lost, and nobody could tell.
bool Transfer::is_open(int local_port) noexcept {
  if (opened_ == CURL_SOCKET_BAD) return sockets_.is_quiet(local_port);
  try {
    sockets_.add(static_cast<platform::Socket>(std::exchange(opened_, CURL_SOCKET_BAD)));
  } catch (const std::bad_alloc&) {
    // It will not be looked at, then.
  }
  return true;
}

int Transfer::on_socket(void* self, curl_socket_t socket, curlsocktype) noexcept {
  static_cast<Transfer*>(self)->opened_ = socket;
  return CURL_SOCKOPT_OK;
}

int Transfer::on_request(void* self, char*, char*, int, int local_port) noexcept {
  return static_cast<Transfer*>(self)->may_issue(local_port) ? CURL_PREREQFUNC_OK
                                                             : CURL_PREREQFUNC_ABORT;
}

}  // namespace dropcowboy::curl
