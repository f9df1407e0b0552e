#pragma once

#include <corest/auth/secret.hpp>

#include <openssl/crypto.h>

namespace corest::detail {

COREST_DECL void wipe(std::string& text) noexcept
{
    text.resize(text.capacity());              // what was longer once, or was moved from: allocates nothing
    OPENSSL_cleanse(text.data(), text.size()); // which no optimiser leaves out
    text.clear();
}

} // namespace corest::detail
