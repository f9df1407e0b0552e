#pragma once

#include <corest/http/body_source.hpp>

#include <corest/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace corest {

namespace detail {

/// The source that `file_body` makes.
class file_source final : public body_source {
public:
    explicit file_source(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        struct stat found{};
        if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0) {
            const int code = errno;
            close();
            fail(std::generic_category().message(code));
        }
        if (!S_ISREG(found.st_mode)) {
            close();
            fail("it is no regular file");
        }
        size_ = static_cast<std::uint64_t>(found.st_size);
    }
    ~file_source() override { close(); }

    [[nodiscard]] std::uint64_t size() const override { return size_; }

    [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> space) const override
    {
        while (true) {
            const auto count = ::pread(descriptor_, space.data(), space.size(), static_cast<off_t>(offset));
            if (count >= 0) {
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                fail(std::generic_category().message(errno));
            }
        }
    }

private:
    void close() const noexcept
    {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[noreturn]] void fail(std::string cause) const
    {
        error_context context;
        context.cause = std::move(cause);
        throw error(
            errc::invalid_argument, "the file '" + path_ + "' cannot be read, to be sent", {}, std::move(context));
    }

    std::string path_;
    int descriptor_;
    std::uint64_t size_ = 0;
};

/// The source that `buffer_body` makes.
class buffer_source final : public body_source {
public:
    explicit buffer_source(std::string bytes) : bytes_(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

    [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<char> space) const override
    {
        const std::size_t count = std::min<std::size_t>(space.size(), bytes_.size() - static_cast<std::size_t>(offset));
        std::memcpy(space.data(), bytes_.data() + offset, count);
        return count;
    }

private:
    std::string bytes_;
};

} // namespace detail

COREST_DECL std::shared_ptr<const body_source> file_body(const std::string& path)
{
    return std::make_shared<const detail::file_source>(path);
}

COREST_DECL std::shared_ptr<const body_source> buffer_body(std::string bytes)
{
    return std::make_shared<const detail::buffer_source>(std::move(bytes));
}

} // namespace corest
