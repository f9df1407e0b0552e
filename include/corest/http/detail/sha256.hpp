#pragma once

/// \file
/// SHA-256 (FIPS 180-4), for pins and keys.

#include <openssl/evp.h>

#include <array>
#include <new>
#include <string>
#include <string_view>

namespace corest::detail {

/// The 32 bytes of the digest. For .ipp files only: it brings OpenSSL in.
inline std::string sha256_of(std::string_view bytes)
{
    std::array<char, 32> digest{};
    if (EVP_Digest(
            bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(), nullptr)
        != 1)
    {
        throw std::bad_alloc();
    }
    return {digest.data(), digest.size()};
}

} // namespace corest::detail
