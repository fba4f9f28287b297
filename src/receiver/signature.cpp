#include "dropcowboy/receiver/signature.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "receiver/crypto.hpp"
#include "text/characters.hpp"

namespace dropcowboy::receiver {

namespace {

using std::chrono::seconds;

constexpr std::string_view scheme = "sha256=";

/// The value of a header that may stand there once.
struct Header {
  std::optional<std::string_view> value{};
  bool is_repeated = false;
};

Header find(const std::vector<HttpHeader>& headers, std::string_view name) noexcept {
  Header found;
  for (const HttpHeader& header : headers) {
    if (!text::equals_ignoring_case(header.name, name)) continue;
    found.is_repeated = found.value.has_value();
    found.value = text::trim(header.value);
    if (found.is_repeated) break;
  }
  return found;
}

std::optional<crypto::Digest> read_signature(std::string_view value) noexcept {
  crypto::Digest digest{};
  if (value.size() != scheme.size() + 2 * digest.size()) return std::nullopt;
  if (value.substr(0, scheme.size()) != scheme) return std::nullopt;
  value.remove_prefix(scheme.size());
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* const pair = value.data() + 2 * i;
    const auto read = std::from_chars(pair, pair + 2, digest[i], 16);
    if (read.ec != std::errc() || read.ptr != pair + 2) return std::nullopt;
  }
  return digest;
}

/// Twelve digits reach past the year 30000 and fit every clock.
std::optional<seconds> read_timestamp(std::string_view value) noexcept {
  const bool is_number = !value.empty() && value.size() <= 12 &&
                         std::all_of(value.begin(), value.end(), text::is_digit);
  if (!is_number) return std::nullopt;
  std::int64_t count = 0;
  std::from_chars(value.data(), value.data() + value.size(), count);
  return seconds(count);
}

std::string_view view(const crypto::Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool is_signed_with_one_of(const std::vector<std::string>& secrets, std::string_view message,
                           const crypto::Digest& signature) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return !secret.empty() &&
           crypto::equal(view(crypto::hmac_sha256(secret, message)), view(signature));
  });
}

}  // namespace

std::string_view to_string(SignatureFault fault) noexcept {
  switch (fault) {
    case SignatureFault::none: return "none";
    case SignatureFault::missing_signature: return "missing_signature";
    case SignatureFault::repeated_header: return "repeated_header";
    case SignatureFault::malformed_signature: return "malformed_signature";
    case SignatureFault::missing_timestamp: return "missing_timestamp";
    case SignatureFault::malformed_timestamp: return "malformed_timestamp";
    case SignatureFault::timestamp_too_old: return "timestamp_too_old";
    case SignatureFault::timestamp_in_future: return "timestamp_in_future";
    case SignatureFault::unknown_version: return "unknown_version";
    case SignatureFault::wrong_signature: break;
  }
  return "wrong_signature";
}

SignatureFault verify_signature(const std::vector<HttpHeader>& headers, std::string_view body,
                                const std::vector<std::string>& secrets,
                                std::chrono::system_clock::time_point now, seconds tolerance) {
  using Fault = SignatureFault;
  const Header version = find(headers, "X-Signature-Version");
  const Header signature = find(headers, "X-Signature");
  const Header timestamp = find(headers, "X-Timestamp");
  if (version.is_repeated || signature.is_repeated || timestamp.is_repeated)
    return Fault::repeated_header;
  if (!signature.value) return Fault::missing_signature;
  if (version.value && *version.value != "v1") return Fault::unknown_version;
  const auto digest = read_signature(*signature.value);
  if (!digest) return Fault::malformed_signature;
  if (!timestamp.value) return Fault::missing_timestamp;
  const auto sent_at = read_timestamp(*timestamp.value);
  if (!sent_at) return Fault::malformed_timestamp;

  // Seconds, because 12 digits of them do not fit the finer clocks.
  const seconds age = std::chrono::floor<seconds>(now.time_since_epoch()) - *sent_at;
  if (age > tolerance) return Fault::timestamp_too_old;
  if (-age > tolerance) return Fault::timestamp_in_future;

  std::string message(*timestamp.value);
  message.append(".").append(body);
  return is_signed_with_one_of(secrets, message, *digest) ? Fault::none : Fault::wrong_signature;
}

}  // namespace dropcowboy::receiver
