#pragma once

#include <corest/http/response_parser.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/held_bodies.hpp>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace corest::detail {

/// Makes room for more of a body, and for as much again as it has, where it must be moved. What would need more than
/// 4 MiB then is moved into a file at once: else it would be moved in memory twice more before it is as large as that.
/// \throws error (limit_exceeded) where that is more than all bodies may take
inline void grow_body(padded_buffer& body, std::size_t more, std::size_t held_limit)
{
    const std::size_t needed = body.size() + more;
    if (needed > body.capacity()) {
        std::size_t room = std::max(needed, 2 * body.capacity());
        const bool is_moved = body.capacity() != 0;
        if (is_moved && room > spilled_memory::least / 4 && may_hold(spilled_memory::least, held_limit)) {
            room = std::max(room, spilled_memory::least);
        }
        check_held(room, held_limit);
        body.reserve(room);
    }
}

/// What of a header block decides how the message is framed, beside what Beast looks at itself.
class message_parser final : public boost::beast::http::basic_parser<false> {
public:
    message_parser(response& target, const response_limits& limits) : target_(target), held_limit_(limits.held_bytes)
    {
        constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
        header_limit(static_cast<std::uint32_t>(std::min(limits.header_bytes, most)));
        body_limit(std::uint64_t{limits.body_bytes});
        skip(limits.bodiless);
    }

    std::string transfer_encoding; ///< all of them, as one list
    bool has_transfer_encoding = false;
    int version = 0; ///< 10 or 11

private:
    using string_view = boost::beast::string_view;
    using beast_error = boost::beast::error_code;

    static std::string_view view(string_view s) { return {s.data(), s.size()}; }

    void on_request_impl(boost::beast::http::verb, string_view, string_view, int, beast_error&) override {}

    void on_response_impl(int code, string_view reason, int http_version, beast_error& ec) override
    {
        version = http_version;
        target_.status = static_cast<unsigned>(code);
        target_.reason = view(reason);
        if (code < 100) {
            ec = boost::beast::http::error::bad_status;
        }
    }

    void on_field_impl(boost::beast::http::field name, string_view name_text, string_view value, beast_error&) override
    {
        if (in_body_) {
            return; // A trailer: nothing that it could say may change what the header said.
        }
        target_.headers.add_parsed(view(name_text), view(value));
        if (name == boost::beast::http::field::transfer_encoding) {
            has_transfer_encoding = true;
            transfer_encoding += transfer_encoding.empty() ? "" : ", ";
            transfer_encoding += view(value);
        }
    }

    void on_header_impl(beast_error&) override { in_body_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast_error&) override {}
    std::size_t on_body_impl(string_view body, beast_error&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, string_view, beast_error&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, beast_error&) override
    {
        grow_body(target_.body, body.size(), held_limit_);
        target_.body.append(view(body));
        return body.size();
    }

    void on_finish_impl(beast_error&) override {}

    response& target_;
    std::size_t held_limit_;
    bool in_body_ = false;
};

class response_parser::impl {
public:
    explicit impl(const response_limits& l) : limits(l), header_room(l.header_bytes) { restart(); }

    enum class state { start, header, chunked, fixed, until_eof, done };

    void restart()
    {
        result.status = 0;
        result.headers.clear();
        result.headers.reserve(16); // as many as most responses have
        parser.emplace(result, limits);
        phase = state::start;
        line_begin = 0;
        has_bare_line = false;
    }

    [[noreturn]] void fail(const boost::beast::error_code& ec) const
    {
        using boost::beast::http::error;
        if (ec == error::header_limit) {
            header_too_large();
        }
        if (ec == error::body_limit) {
            body_too_large();
        }
        error_context context;
        context.status = result.status;
        const bool is_both = ec == error::bad_content_length && parser->has_transfer_encoding;
        context.cause = ec == error::bad_transfer_encoding || is_both
            ? "a Transfer-Encoding that is not understood, or that stands beside a Content-Length"
            : ec.message();
        throw corest::error(
            errc::protocol_error, "the server's response is not valid HTTP/1.1", {}, std::move(context));
    }

    [[noreturn]] static void malformed(const std::string& fault, const std::string& hint = {})
    {
        throw error(errc::protocol_error, fault, hint);
    }

    [[noreturn]] void header_too_large() const
    {
        throw error(errc::limit_exceeded,
            "the response's header is larger than " + std::to_string(limits.header_bytes) + " bytes",
            "If such a header is to be expected, raise", remedy::header_limit);
    }

    [[noreturn]] void body_too_large() const
    {
        throw error(errc::limit_exceeded,
            "the response's body is larger than " + std::to_string(limits.body_bytes) + " bytes",
            "Ask for smaller pages, or raise", remedy::body_limit);
    }

    /// Puts the status line. Beast wants a space after the code; many servers leave it out with the reason.
    std::size_t put_start(std::string_view bytes)
    {
        constexpr std::string_view prefix = "HTTP/1.";
        const std::string_view begin = bytes.substr(0, prefix.size());
        if (begin != prefix.substr(0, begin.size())) {
            malformed("the server does not answer in HTTP/1.1",
                "Check the address: something else may listen at that port, or it wants https");
        }
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) {
            if (bytes.size() > header_room) {
                header_too_large();
            }
            return 0;
        }
        constexpr std::size_t without_reason = std::string_view("HTTP/1.1 200").size();
        const std::size_t length = end != 0 && bytes[end - 1] == '\r' ? end - 1 : end;
        if (length == without_reason) {
            std::string line(bytes.substr(0, length));
            line += " \r\n";
            boost::beast::error_code ec;
            parser->put(boost::asio::const_buffer(line.data(), line.size()), ec);
            if (ec != boost::beast::http::error::need_more) {
                fail(ec);
            }
            phase = state::header;
            count_header(end + 1);
            return end + 1;
        }
        phase = state::header;
        return 0;
    }

    void count_header(std::size_t used)
    {
        if (used > header_room) {
            header_too_large();
        }
        header_room -= used;
    }

    /// Where a header ends in which a line ends with LF alone; 0: no such line has come; npos: one has, and not the
    /// header's end.
    /// \param bytes the header as far as it has come; what was looked at before is not looked at again
    std::size_t end_of_bare_header(std::string_view bytes)
    {
        for (std::size_t end = bytes.find('\n', line_begin); end != bytes.npos; end = bytes.find('\n', line_begin)) {
            const bool has_cr = end != line_begin && bytes[end - 1] == '\r';
            const bool is_empty = end - line_begin == (has_cr ? 1U : 0U);
            has_bare_line = has_bare_line || !has_cr;
            line_begin = end + 1;
            if (is_empty) {
                return has_bare_line ? std::exchange(line_begin, 0) : 0;
            }
        }
        return has_bare_line ? bytes.npos : 0;
    }

    static std::string with_crlf(std::string_view lines)
    {
        std::string out;
        for (const char c : lines) {
            out += c == '\n' && !out.ends_with('\r') ? "\r\n" : std::string(1, c);
        }
        return out;
    }

    /// Beast wants CRLF at the end of each line. RFC 9112, section 2.2, allows to take LF alone for it, as browsers
    /// and curl do: some servers send nothing else. A CR within a line stays what it is, and is refused.
    std::size_t put_header(std::string_view bytes)
    {
        const std::size_t end = end_of_bare_header(bytes);
        if (end == 0) {
            const std::size_t used = put_crlf_header(bytes);
            line_begin -= std::min(used, line_begin);
            return used;
        }
        if (end == bytes.npos) {
            if (bytes.size() >= header_room) {
                header_too_large();
            }
            return 0;
        }
        const std::string lines = with_crlf(bytes.substr(0, end));
        boost::beast::error_code ec;
        parser->put(boost::asio::const_buffer(lines.data(), lines.size()), ec);
        if (ec) {
            fail(ec);
        }
        count_header(end);
        header_complete();
        return end;
    }

    std::size_t put_crlf_header(std::string_view bytes)
    {
        boost::beast::error_code ec;
        const std::size_t used = parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
        count_header(used);
        if (ec == boost::beast::http::error::need_more) {
            if (bytes.size() - used >= header_room) {
                header_too_large();
            }
            return used;
        }
        if (ec) {
            fail(ec);
        }
        header_complete();
        return used;
    }

    void header_complete()
    {
        if (result.status / 100 == 1) {
            if (result.status == 101) {
                malformed("the server switches protocols (101), which was not asked for");
            }
            restart();
            return;
        }
        // RFC 9112, section 6.1: what is not understood must not be guessed.
        if (parser->has_transfer_encoding && !iequals(parser->transfer_encoding, "chunked")) {
            malformed("the response's Transfer-Encoding is '" + parser->transfer_encoding.substr(0, 40)
                + "', and only 'chunked' is understood");
        }
        // Section 6.1 again: chunked in HTTP/1.0 is a sign of a confused server in between.
        reusable = parser->keep_alive() && (parser->version >= 11 || !parser->has_transfer_encoding);
        if (parser->is_done()) {
            phase = state::done;
        } else if (parser->chunked()) {
            parser->eager(true);
            phase = state::chunked;
        } else if (const auto length = parser->content_length()) {
            remaining = static_cast<std::size_t>(*length); // Not above body_limit: Beast has looked.
            grow_body(result.body, remaining, limits.held_bytes);
            phase = state::fixed;
        } else {
            phase = state::until_eof;
        }
    }

    std::size_t put_chunked(std::string_view bytes)
    {
        // Beast (1.81) asserts that it sees no less of a last chunk, and there cannot be less to come.
        constexpr std::size_t least = std::string_view("0\r\n\r\n").size();
        if (bytes.size() < least) {
            return 0;
        }
        boost::beast::error_code ec;
        const std::size_t used = parser->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
        if (ec && ec != boost::beast::http::error::need_more) {
            fail(ec);
        }
        if (parser->is_done()) {
            phase = state::done;
        } else if (bytes.size() - used > limits.header_bytes) {
            header_too_large(); // A chunk's extensions, or the trailer.
        }
        return used;
    }

    std::size_t put_body(std::string_view bytes)
    {
        if (phase == state::fixed) {
            bytes = bytes.substr(0, remaining);
        }
        grow_body(result.body, bytes.size(), limits.held_bytes);
        result.body.append(bytes);
        body_grown(bytes.size());
        return bytes.size();
    }

    void body_grown(std::size_t count)
    {
        if (phase == state::until_eof) {
            if (result.body.size() > limits.body_bytes) {
                body_too_large();
            }
            return;
        }
        remaining -= count;
        if (remaining == 0) {
            phase = state::done;
        }
    }

    response_limits limits;
    std::size_t header_room;
    response result;
    std::optional<message_parser> parser;
    state phase = state::start;
    std::size_t line_begin = 0; ///< in what is left of the header: of the last line that has not come whole
    bool has_bare_line = false; ///< that ends with LF alone
    std::size_t remaining = 0;
    bool reusable = false;
};

COREST_DECL response_parser::response_parser(const response_limits& limits) : impl_(std::make_unique<impl>(limits)) {}

COREST_DECL response_parser::response_parser(response_parser&&) noexcept = default;
COREST_DECL response_parser::~response_parser() = default;

COREST_DECL std::size_t response_parser::put(std::string_view bytes)
{
    using state = impl::state;
    std::size_t used = 0;
    while (used < bytes.size() && impl_->phase != state::done) {
        const std::string_view rest = bytes.substr(used);
        const state previous = impl_->phase;
        std::size_t step = 0;
        switch (previous) {
        case state::start:
            step = impl_->put_start(rest);
            break;
        case state::header:
            step = impl_->put_header(rest);
            break;
        case state::chunked:
            step = impl_->put_chunked(rest);
            break;
        default:
            step = impl_->put_body(rest);
            break;
        }
        used += step;
        if (step == 0 && impl_->phase == previous) {
            break;
        }
    }
    return used;
}

COREST_DECL std::span<char> response_parser::prepare()
{
    padded_buffer& body = impl_->result.body;
    if (impl_->phase == impl::state::fixed) {
        return {body.data() + body.size(), impl_->remaining};
    }
    if (impl_->phase == impl::state::until_eof) {
        constexpr std::size_t least = 16 * 1024;
        if (body.capacity() - body.size() < least) {
            grow_body(body, std::max(body.capacity(), 4 * least), impl_->limits.held_bytes);
        }
        return {body.data() + body.size(), body.capacity() - body.size()};
    }
    return {};
}

COREST_DECL void response_parser::commit(std::size_t count)
{
    impl_->result.body.resize(impl_->result.body.size() + count);
    impl_->body_grown(count);
}

COREST_DECL void response_parser::put_eof()
{
    if (impl_->phase == impl::state::until_eof) {
        impl_->phase = impl::state::done;
    } else if (impl_->phase != impl::state::done) {
        error_context context;
        context.status = impl_->result.status;
        throw error(errc::connection_lost, "the server closed the connection " + progress(), {}, std::move(context));
    }
}

COREST_DECL bool response_parser::done() const noexcept
{
    return impl_->phase == impl::state::done;
}

COREST_DECL bool response_parser::until_eof() const noexcept
{
    return impl_->phase == impl::state::until_eof;
}

COREST_DECL bool response_parser::keep_alive() const noexcept
{
    return impl_->reusable;
}

COREST_DECL std::optional<std::chrono::seconds> response_parser::keep_alive_timeout() const
{
    const std::string parameters = impl_->result.headers.joined("Keep-Alive");
    const auto name = parameters.find("timeout=");
    if (name == std::string::npos) {
        return std::nullopt;
    }
    unsigned seconds = 0;
    for (std::size_t i = name + 8; i < parameters.size() && is_digit(parameters[i]); ++i) {
        seconds = std::min(seconds * 10 + static_cast<unsigned>(parameters[i] - '0'), 86'400U);
    }
    return std::chrono::seconds(seconds);
}

COREST_DECL std::string response_parser::progress() const
{
    using state = impl::state;
    const std::uint64_t got = impl_->result.body.size();
    switch (impl_->phase) {
    case state::start:
    case state::header:
        return "before the end of the response's header";
    case state::fixed:
        return "after " + grouped(got) + " of " + counted(got + impl_->remaining, "byte") + " of the body";
    default:
        return "after " + counted(got, "byte") + " of the body, before its end";
    }
}

COREST_DECL response response_parser::release()
{
    return std::move(impl_->result);
}

} // namespace corest::detail
