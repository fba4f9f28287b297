#pragma once

#include <string>

/// What a good engineer would write by hand, without checks, retries or a gate: the SDK is measured
/// against these. Each sends `count` times and returns how many were answered with 200.
namespace dropcowboy::benchmark {

struct Exchange {
  std::string base_url{};
  std::string body{};
  std::string ca_file{};  ///< the system's if empty
};

/// With the body that the SDK sends.
Exchange yardstick_exchange(const std::string& base_url, const std::string& ca_file = {});

/// One libcurl multi handle and 99 easy handles on the calling thread.
int send_with_curl_multi(const Exchange& exchange, int count);
/// The same loop at so many requests per second: it starts what is due every 5 ms.
int pace_with_curl_multi(const Exchange& exchange, double rate, int count);
/// One libcurl easy handle on the calling thread.
int send_with_curl_easy(const Exchange& exchange, int count);
/// One cpp-httplib client on the calling thread.
int send_with_httplib(const Exchange& exchange, int count);

}  // namespace dropcowboy::benchmark
