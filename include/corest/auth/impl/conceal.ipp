#pragma once

#include <corest/auth/conceal.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace corest {

COREST_DECL std::string concealed(std::string text, std::span<const std::string> secrets)
{
    // What is shorter is no secret, and to replace it would spoil the words that it is part of.
    constexpr std::size_t shortest = 4;
    const auto replace = [&text](const std::string& hidden) {
        for (std::size_t at = 0; hidden.size() >= shortest && (at = text.find(hidden, at)) != std::string::npos;
            at += 3)
        {
            text.replace(at, hidden.size(), "***");
        }
    };
    for (const std::string& hidden : secrets) {
        replace(hidden);
        replace(percent_encode(hidden));
        replace(form_encode(hidden));
    }
    return text;
}

COREST_DECL void conceal(response& got, std::span<const std::string> secrets)
{
    const std::string_view body = got.body.view();
    const auto first = body.find_first_not_of(" \t\r\n");
    const bool records = first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
    if (body.empty() || (got.ok() && records)) {
        return;
    }
    const std::string text = concealed(std::string(body), secrets);
    if (text != body) {
        got.body = padded_buffer(text);
    }
}

COREST_DECL std::exception_ptr concealed(std::exception_ptr failure, std::span<const std::string> secrets)
{
    if (!failure) {
        return failure;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        error_context where = e.context();
        where.url = concealed(std::move(where.url), secrets);
        where.cause = concealed(std::move(where.cause), secrets);
        return std::make_exception_ptr(
            error(e.kind(), concealed(e.message(), secrets), concealed(e.hint(), secrets), std::move(where)));
    } catch (...) {
        return failure;
    }
}

} // namespace corest
