#pragma once

#include <string>

#include "support/temporary_directory.hpp"

namespace dropcowboy::support {

/// What a server shows to prove who it is.
enum class Certificate { good, self_signed, wrong_host, expired, not_yet_valid };

constexpr Certificate all_certificates[] = {Certificate::good, Certificate::self_signed,
                                            Certificate::wrong_host, Certificate::expired,
                                            Certificate::not_yet_valid};

/// An authority and server certificates, made anew in a temporary directory that goes with this
/// object: a checked-in certificate would be a test that fails one day.
class TestCertificates {
 public:
  TestCertificates();

  /// The authority to trust: it signed all certificates but the self-signed one.
  std::string ca_file() const;
  /// A PEM file with a certificate and its private key. All are for 127.0.0.1 and localhost, except
  /// wrong_host.
  std::string server_file(Certificate certificate) const;

 private:
  TemporaryDirectory directory_;
};

}  // namespace dropcowboy::support
