#pragma once

/// \file
/// Bodies that are read while they are sent, as often as that is: files, and bytes that several requests share.

#include <corest/config.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace corest {

/// Where a request's body comes from (`request::upload`). It is read in parts of at most 64 KiB, each before it is
/// sent, and from the beginning for each attempt and redirect. It may be read by several requests at once.
class body_source {
public:
    body_source() = default;
    body_source(const body_source&) = delete;
    body_source& operator=(const body_source&) = delete;
    virtual ~body_source() = default;

    /// How many bytes there are. They are announced (Content-Length), so the number must not change.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Reads some bytes; called where the client runs, which waits for it.
    /// \param offset of the first one, less than `size()`
    /// \param space as many as fit, at most
    /// \return how many were read; 0 where there are none any more, which ends the request with an error
    [[nodiscard]] virtual std::size_t read(std::uint64_t offset, std::span<char> space) const = 0;
};

/// The content of a regular file, which is opened now and kept open as long as a request holds this. It must not become
/// shorter meanwhile. Its size is what it is now.
/// \throws error (invalid_argument) where it cannot be read
[[nodiscard]] COREST_DECL std::shared_ptr<const body_source> file_body(const std::string& path);

/// Bytes that copies of a request share. (`request::body` is copied for each attempt, which matters for large ones
/// only.)
[[nodiscard]] COREST_DECL std::shared_ptr<const body_source> buffer_body(std::string bytes);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/body_source.ipp>
#endif
