#include "support/test_certificates.hpp"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace dropcowboy::support {

namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using X509Pointer = std::unique_ptr<X509, Freer<X509_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using File = std::unique_ptr<std::FILE, Freer<std::fclose>>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

Key make_key() {
  const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
  EVP_PKEY* key = nullptr;
  require(context && EVP_PKEY_keygen_init(context.get()) == 1 &&
              EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1 &&
              EVP_PKEY_keygen(context.get(), &key) == 1,
          "no key");
  return Key(key);
}

struct Signer {
  X509* certificate;  // null: the new certificate signs itself
  EVP_PKEY* key;
};

struct Wish {
  const char* common_name;
  const char* hosts;  // as OpenSSL writes a subjectAltName; null for an authority
  int first_day;      // from today
  int last_day;
};

void add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "no extension");
}

void set_serial_number(X509* certificate) {
  std::int32_t number = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "no chance");
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), number & 0x7fffffff);
}

/// Signs until both numbers of the signature have all their bytes: Wine 8 refuses the others, about
/// one in 128, as signed wrongly.
void sign(X509* certificate, EVP_PKEY* key) {
  constexpr int all = 32;  // of P-256
  for (bool is_full = false; !is_full;) {
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "no signature");
    const ASN1_BIT_STRING* bits = nullptr;
    X509_get0_signature(&bits, nullptr, certificate);
    const unsigned char* bytes = bits->data;
    const Signature made(d2i_ECDSA_SIG(nullptr, &bytes, bits->length));
    require(made != nullptr, "no signature of a curve");
    is_full = BN_num_bytes(ECDSA_SIG_get0_r(made.get())) == all &&
              BN_num_bytes(ECDSA_SIG_get0_s(made.get())) == all;
  }
}

X509Pointer make_certificate(const Wish& wish, EVP_PKEY* key, Signer signer) {
  constexpr long day = 24L * 60 * 60;
  X509Pointer made(X509_new());
  X509* x509 = made.get();
  require(x509 != nullptr && X509_set_version(x509, 2) == 1, "no certificate");
  set_serial_number(x509);
  X509_gmtime_adj(X509_getm_notBefore(x509), wish.first_day * day);
  X509_gmtime_adj(X509_getm_notAfter(x509), wish.last_day * day);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(wish.common_name), -1, -1, 0);
  X509* issuer = signer.certificate != nullptr ? signer.certificate : x509;
  require(X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1 &&
              X509_set_pubkey(x509, key) == 1,
          "no names");
  add_extension(x509, issuer, NID_basic_constraints,
                wish.hosts == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (wish.hosts != nullptr) add_extension(x509, issuer, NID_subject_alt_name, wish.hosts);
  sign(x509, signer.key);
  return made;
}

void write_pem(const std::string& path, X509* certificate, EVP_PKEY* key) {
  const File file(std::fopen(path.c_str(), "w"));
  require(file && PEM_write_X509(file.get(), certificate) == 1, path.c_str());
  require(key == nullptr ||
              PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          path.c_str());
}

Wish wish_for(Certificate certificate) {
  const char* here = "IP:127.0.0.1,DNS:localhost,DNS:another.localhost,DNS:two-addresses.test";
  switch (certificate) {
    case Certificate::good: return {"good", here, -1, 7};
    case Certificate::self_signed: return {"self-signed", here, -1, 7};
    case Certificate::wrong_host: return {"wrong host", "DNS:other.example", -1, 7};
    case Certificate::expired: return {"expired", here, -14, -7};
    case Certificate::not_yet_valid: return {"not yet valid", here, 7, 14};
  }
  throw std::logic_error("no such certificate");
}

}  // namespace

TestCertificates::TestCertificates() {
  const Key ca_key = make_key();
  const X509Pointer ca =
      make_certificate({"test authority", nullptr, -30, 30}, ca_key.get(), {nullptr, ca_key.get()});
  write_pem(ca_file(), ca.get(), nullptr);
  const Key key = make_key();
  for (const Certificate certificate : all_certificates) {
    const bool by_itself = certificate == Certificate::self_signed;
    const Signer signer = by_itself ? Signer{nullptr, key.get()} : Signer{ca.get(), ca_key.get()};
    const X509Pointer made = make_certificate(wish_for(certificate), key.get(), signer);
    write_pem(server_file(certificate), made.get(), key.get());
  }
}

std::string TestCertificates::ca_file() const {
  return (directory_.path() / "authority.pem").string();
}

std::string TestCertificates::server_file(Certificate certificate) const {
  return (directory_.path() / (std::to_string(static_cast<int>(certificate)) + ".pem")).string();
}

}  // namespace dropcowboy::support
