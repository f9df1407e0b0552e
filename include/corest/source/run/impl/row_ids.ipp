#pragma once

#include <corest/source/run/row_ids.hpp>

#include <corest/http/detail/base64.hpp>

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <new>

namespace corest::source::detail {

namespace row_id_text {

inline constexpr std::size_t length = 14; ///< in characters: of 10 bytes, without the padding

[[nodiscard]] inline std::mt19937_64 seeded()
{
    std::random_device device;
    std::seed_seq seeds{device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seeds);
}

} // namespace row_id_text

COREST_DECL row_ids::row_ids() : random_(row_id_text::seeded()) {}

COREST_DECL void row_ids::append_to(std::string& out)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < row_id_text::length; ++i) {
        if (i % 10 == 0) {
            bits = random_();
        }
        out += digits[bits & 0x3FU];
        bits >>= 6U;
    }
}

COREST_DECL std::string nested_row_id(std::string_view parent_id, std::string_view table, std::size_t index)
{
    std::string text(parent_id);
    text += '_';
    text += table;
    text += '_';
    text += std::to_string(index);
    thread_local const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string digest(10, '\0');
    if (!context || EVP_DigestInit_ex(context.get(), EVP_shake128(), nullptr) != 1
        || EVP_DigestUpdate(context.get(), text.data(), text.size()) != 1
        || EVP_DigestFinalXOF(context.get(), reinterpret_cast<unsigned char*>(digest.data()), digest.size()) != 1)
    {
        throw std::bad_alloc();
    }
    return corest::detail::base64_of(digest).substr(0, row_id_text::length);
}

} // namespace corest::source::detail
