#pragma once

/// \file
/// Reads one response from bytes, without doing any I/O: Beast's parser for header and chunks, and the body straight
/// into the response's buffer where its length is known.

#include <corest/config.hpp>
#include <corest/http/response.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace corest::detail {

/// What a response is an answer to, and how large it may be.
class response_limits {
public:
    response_limits(bool without_body, std::size_t header, std::size_t body, std::size_t held = SIZE_MAX)
        : bodiless(without_body),
          header_bytes(header),
          body_bytes(body),
          held_bytes(held)
    {
    }

    bool bodiless;            ///< the request was HEAD or CONNECT: there is no body, whatever the header says
    std::size_t header_bytes; ///< of all headers of this response, interim ones (1xx) included
    std::size_t body_bytes;   ///< on the wire
    std::size_t held_bytes;   ///< of all bodies that are held at once
};

/// Feed it with `put`, or write to what `prepare()` gives, until it is `done`. It skips interim (1xx) responses.
///
/// Stricter than Beast: a Transfer-Encoding other than chunked is refused; more lenient: a status line that ends after
/// the code is accepted, and so are lines of the header that end with LF alone. Each leniency and each refusal is a row
/// in tests/http/framing_test.cpp. All functions throw `error` (protocol_error, limit_exceeded, connection_lost); after
/// that the parser, and the connection, are of no further use.
class response_parser {
public:
    COREST_DECL explicit response_parser(const response_limits& limits);
    COREST_DECL response_parser(response_parser&&) noexcept;
    COREST_DECL ~response_parser();

    /// Takes bytes from the front. \return how many; what is left must be offered again, with more after it
    COREST_DECL std::size_t put(std::string_view bytes);

    /// Where the next bytes of the body may be written to without `put`; empty while bytes have to go through it.
    [[nodiscard]] COREST_DECL std::span<char> prepare();
    /// Takes the first `count` bytes of what `prepare` gave: they have been written.
    COREST_DECL void commit(std::size_t count);

    /// The peer ended the stream: the end of a body without length, else an error.
    COREST_DECL void put_eof();

    [[nodiscard]] COREST_DECL bool done() const noexcept;
    /// The end of the body is the end of the stream (so a stream that was cut off must not pass for one that ended).
    [[nodiscard]] COREST_DECL bool until_eof() const noexcept;
    /// The connection may be used again. \pre `done()`
    [[nodiscard]] COREST_DECL bool keep_alive() const noexcept;
    /// How long the server says it will keep the idle connection (`Keep-Alive: timeout=5`). \pre `done()`
    [[nodiscard]] COREST_DECL std::optional<std::chrono::seconds> keep_alive_timeout() const;
    /// How much has come, for a message: "after 512 of 2048 bytes of the body".
    [[nodiscard]] COREST_DECL std::string progress() const;

    /// Hands the response over. \pre `done()`
    [[nodiscard]] COREST_DECL response release();

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/response_parser.ipp>
#endif
