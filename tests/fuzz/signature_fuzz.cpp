// Signature headers and tagged ids, as an attacker may write them: header lines, an empty line, and
// the body; the whole input is taken for an id, too.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <vector>

#include "dropcowboy/receiver/callback_signer.hpp"
#include "dropcowboy/receiver/signature.hpp"
#include "fuzz.hpp"

namespace {

using dropcowboy::HttpHeader;
using dropcowboy::fuzz::require;
using dropcowboy::receiver::CallbackSigner;
using dropcowboy::receiver::SignatureFault;
using dropcowboy::receiver::verify_signature;

const std::string secret = "whsec-of-the-fuzzer";
const std::chrono::system_clock::time_point now(std::chrono::seconds(1'700'000'000));

/// Computed and written apart from the library.
std::string signature_of(std::string_view timestamp, std::string_view body) {
  const std::string message = std::string(timestamp) + "." + std::string(body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &size);
  std::string text = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", digest[i]);
    text += hex;
  }
  return text;
}

std::vector<HttpHeader> take_headers(std::string_view& rest) {
  std::vector<HttpHeader> headers;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    const auto value = line.substr(std::min(colon + 1, line.size()));
    headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
  }
  return headers;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string_view trim(std::string_view text) {
  constexpr const char* space = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

void check_foreign_headers(const std::vector<HttpHeader>& headers, std::string_view body) {
  if (verify_signature(headers, body, {secret}, now) != SignatureFault::none) return;
  std::string timestamp;
  std::string signature;
  int count = 0;
  for (const HttpHeader& header : headers) {
    if (lower(header.name) == "x-timestamp") timestamp = trim(header.value), ++count;
    if (lower(header.name) == "x-signature") signature = trim(header.value), ++count;
  }
  require(count == 2, "each header stands there once");
  require(lower(signature) == signature_of(timestamp, body),
          "only the right signature is accepted");
  const long long age = 1'700'000'000 - std::stoll(timestamp);
  require(age <= 300 && age >= -300, "only a fresh timestamp is accepted");
}

void check_own_signature(std::string_view body) {
  const std::vector<HttpHeader> headers = {{"X-Timestamp", "1700000000"},
                                           {"X-Signature", signature_of("1700000000", body)}};
  require(verify_signature(headers, body, {"another", secret}, now) == SignatureFault::none,
          "what is signed well is accepted");
  require(verify_signature(headers, std::string(body) + ' ', {secret}, now) ==
              SignatureFault::wrong_signature,
          "one byte more is another body");
  require(verify_signature(headers, body, {"another", ""}, now) == SignatureFault::wrong_signature,
          "another secret is another signature");
}

void check_id(const std::string& text) {
  static const CallbackSigner signer("team", {{"k1", std::string(32, 'a')}});
  constexpr const char* number = "+15550010001";
  if (const auto id = signer.authenticate(text, number)) {
    require(signer.tag({"team", id->foreign_id, number}).value() == text,
            "only own tags are taken");
  }
  if (text.empty()) return;
  const std::string wire = signer.tag({"team", text, number}).value();
  require(wire.size() == text.size() + signer.tag_length(), "tags are as long as they say");
  const auto again = signer.authenticate(wire, number);
  require(again && again->foreign_id == text, "the caller's id is read back");
  require(!signer.authenticate(wire, "+15550010002"), "another number has another tag");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = dropcowboy::fuzz::text_of(data, size);
  check_id(std::string(rest));
  const auto headers = take_headers(rest);
  check_foreign_headers(headers, rest);
  check_own_signature(rest);
  return 0;
}
