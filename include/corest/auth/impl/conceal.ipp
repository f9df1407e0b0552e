#pragma once

#include <corest/auth/conceal.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace corest {

namespace detail {

namespace secret_text {

/// What is shorter is no secret, but a part of words.
inline constexpr std::size_t shortest = 4;

/// Replaces the beginning of a secret by `***` where a value was cut in the middle of it: messages end such a value
/// with `...`.
inline void mask_cut(std::string& text, std::string_view hidden)
{
    constexpr std::string_view mark = "...";
    for (std::size_t end = text.find(mark); end != std::string::npos; end = text.find(mark, end + mark.size())) {
        for (std::size_t size = std::min(hidden.size(), end); size >= shortest; --size) {
            if (text.compare(end - size, size, hidden, 0, size) == 0) {
                text.replace(end - size, size, "***");
                end = end - size + mark.size();
                break;
            }
        }
    }
}

/// Replaces the secrets in a text by `***`, as they are and encoded as in a URL.
COREST_DECL std::string mask(std::string text, std::span<const std::string> secrets)
{
    const auto replace = [&text](const std::string& hidden) {
        for (std::size_t position = 0;
            hidden.size() >= shortest && (position = text.find(hidden, position)) != std::string::npos; position += 3)
        {
            text.replace(position, hidden.size(), "***");
        }
    };
    for (const std::string& hidden : secrets) {
        for (const std::string& form : {hidden, percent_encode(hidden), form_encode(hidden)}) {
            replace(form);
            mask_cut(text, form);
        }
    }
    return text;
}

} // namespace secret_text

/// The transport that `conceal` adds.
class concealing_transport {
public:
    concealing_transport(any_transport next, conceal hidden) : next_(std::move(next)), hidden_(std::move(hidden)) {}

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        try {
            response got = co_await next_.send(std::move(r));
            hidden_.mask(got);
            co_return got;
        } catch (...) {
            std::rethrow_exception(hidden_.mask(std::current_exception()));
        }
    }

private:
    any_transport next_;
    conceal hidden_;
};

} // namespace detail

COREST_DECL client conceal::apply(const client& api) const
{
    return api.with_transport(detail::concealing_transport(api.transport(), *this))
        .with_mask([hidden = *this](std::string text) { return hidden.mask(std::move(text)); });
}

COREST_DECL std::string conceal::mask(std::string text) const
{
    return detail::secret_text::mask(std::move(text), secrets_());
}

COREST_DECL std::exception_ptr conceal::mask(const std::exception_ptr& failure) const
{
    if (!failure) {
        return failure;
    }
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        const std::vector<std::string> secrets = secrets_();
        error_context context = e.context();
        context.url = detail::secret_text::mask(std::move(context.url), secrets);
        context.parent = detail::secret_text::mask(std::move(context.parent), secrets);
        context.cause = detail::secret_text::mask(std::move(context.cause), secrets);
        return std::make_exception_ptr(error(e.kind(), detail::secret_text::mask(e.message(), secrets),
            detail::secret_text::mask(e.advice(), secrets), e.remedy(), std::move(context)));
    } catch (...) {
        return failure;
    }
}

COREST_DECL void conceal::mask(response& got) const
{
    const std::string_view body = got.body.view();
    const auto first = body.find_first_not_of(" \t\r\n");
    const bool records = first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
    if (body.empty() || (got.ok() && records)) {
        return;
    }
    const std::string text = detail::secret_text::mask(std::string(body), secrets_());
    if (text != body) {
        got.body = padded_buffer(text);
    }
}

} // namespace corest
