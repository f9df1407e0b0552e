#pragma once

/// \file
/// X.509 certificates made when a test needs them.

#include <memory>
#include <string>
#include <vector>

/// What a certificate says.
class certificate_wish {
public:
    certificate_wish() = default;

    /// Of an authority.
    [[nodiscard]] static certificate_wish root(const std::string& name = "Test root")
    {
        certificate_wish wish;
        wish.common_name = name;
        wish.authority = true;
        return wish;
    }

    std::string common_name = "localhost";
    /// Subject alternative names as OpenSSL writes them: "DNS:api.test,IP:127.0.0.1". Empty: none.
    std::string alternative_names = "DNS:localhost,DNS:api.test,IP:127.0.0.1,IP:::1";
    long valid_from = -3600; ///< seconds from now
    long valid_to = 3600;
    bool authority = false; ///< it may sign others
    std::string extended_usage = "serverAuth,clientAuth";
};

/// A certificate with its key.
class certificate {
public:
    /// Self-signed.
    explicit certificate(const certificate_wish& wish);
    /// Signed by another one.
    certificate(const certificate_wish& wish, const certificate& issuer);
    ~certificate();

    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string key_pem() const;
    /// "sha256/" and the Base64 of its key's digest.
    [[nodiscard]] std::string pin() const;

private:
    class native;
    std::unique_ptr<native> native_;
};

/// A root, which a client may trust, and a server's certificate that it has signed.
class certificate_chain {
public:
    explicit certificate_chain(const certificate_wish& wish = certificate_wish())
        : root(certificate_wish::root()),
          own(wish, root)
    {
    }

    certificate root;
    certificate own;
};

/// A directory that is removed at the end, with everything in it.
class temporary_directory {
public:
    temporary_directory();
    ~temporary_directory();
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    /// Writes a file. \return its path
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::string path_;
};
