#include "support/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

class certificate::native {
public:
    ~native()
    {
        X509_free(x509);
        EVP_PKEY_free(key);
    }

    X509* x509 = nullptr;
    EVP_PKEY* key = nullptr;
};

namespace {

void require(bool good)
{
    if (!good) {
        throw std::runtime_error("OpenSSL could not make a certificate");
    }
}

void add_extension(X509* subject, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    require(extension != nullptr);
    X509_add_ext(subject, extension, -1);
    X509_EXTENSION_free(extension);
}

void make(X509*& made, EVP_PKEY*& key, const certificate_wish& wish, X509* issuer, EVP_PKEY* issuer_key)
{
    key = EVP_EC_gen("P-256");
    made = X509_new();
    require(key != nullptr && made != nullptr);
    X509_set_version(made, 2);
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), serial | 1U);
    X509_gmtime_adj(X509_getm_notBefore(made), wish.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(made), wish.valid_to);
    X509_set_pubkey(made, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
    X509* const signer = issuer != nullptr ? issuer : made;
    X509_set_issuer_name(made, X509_get_subject_name(signer));
    add_extension(made, signer, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (wish.authority) {
        add_extension(made, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else if (!wish.extended_usage.empty()) {
        add_extension(made, signer, NID_ext_key_usage, wish.extended_usage);
    }
    if (!wish.alternative_names.empty() && !wish.authority) {
        add_extension(made, signer, NID_subject_alt_name, wish.alternative_names);
    }
    require(X509_sign(made, issuer_key != nullptr ? issuer_key : key, EVP_sha256()) != 0);
}

template <class Write>
std::string to_text(Write write)
{
    BIO* bio = BIO_new(BIO_s_mem());
    require(bio != nullptr && write(bio) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

} // namespace

certificate::certificate(const certificate_wish& wish) : native_(std::make_unique<native>())
{
    make(native_->x509, native_->key, wish, nullptr, nullptr);
}

certificate::certificate(const certificate_wish& wish, const certificate& issuer) : native_(std::make_unique<native>())
{
    make(native_->x509, native_->key, wish, issuer.native_->x509, issuer.native_->key);
}

certificate::~certificate() = default;

std::string certificate::pem() const
{
    return to_text([&](BIO* bio) { return PEM_write_bio_X509(bio, native_->x509); });
}

std::string certificate::key_pem() const
{
    return to_text(
        [&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, native_->key, nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string certificate::pin() const
{
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(native_->key, &der);
    require(size > 0);
    unsigned char digest[32];
    require(EVP_Digest(der, static_cast<std::size_t>(size), digest, nullptr, EVP_sha256(), nullptr) == 1);
    OPENSSL_free(der);
    unsigned char text[45];
    EVP_EncodeBlock(text, digest, sizeof digest);
    return "sha256/" + std::string(reinterpret_cast<const char*>(text));
}

temporary_directory::temporary_directory()
{
    std::string name = (std::filesystem::temp_directory_path() / "corest-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary directory");
    }
    path_ = name;
}

temporary_directory::~temporary_directory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string temporary_directory::write(const std::string& name, const std::string& text) const
{
    std::string file = path_ + '/' + name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
}
