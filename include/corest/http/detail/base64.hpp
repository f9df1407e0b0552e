#pragma once

/// \file
/// Base64 (RFC 4648, section 4), as Basic credentials are written.

#include <openssl/evp.h>

#include <cstddef>
#include <string>

namespace corest::detail {

/// Encodes bytes, with padding. For .ipp files only: it brings OpenSSL in.
inline std::string base64_of(const std::string& bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

} // namespace corest::detail
