#pragma once

#include <corest/auth/detail/token_file.hpp>

#include <corest/detail/canonical_path.hpp>
#include <corest/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace corest::detail {

namespace token_files {

[[nodiscard]] inline std::string reason(int number)
{
    return std::system_category().message(number);
}

/// Where it is.
[[nodiscard]] inline std::string directory_of(const std::string& path)
{
    const std::size_t name = path.rfind('/') + 1;
    return name == 0 ? std::string(".") : path.substr(0, name);
}

[[nodiscard]] inline error cannot_write(const std::string& path, int number)
{
    return error(errc::invalid_argument, "the refresh token's file '" + path + "' cannot be written: " + reason(number),
        "The server may give a new refresh token, which has to be kept there: make its directory writable, or name "
        "another file");
}

} // namespace token_files

COREST_DECL secret read_token_file(const std::string& path)
{
    constexpr std::size_t longest = std::size_t{64} << 10U;
    const auto fail = [&](const std::string& why) {
        return error(errc::invalid_argument, "the refresh token's file '" + path + "' cannot be read: " + why,
            "Give it to the user that runs this, or name another file");
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT) {
            return {};
        }
        throw fail(token_files::reason(errno));
    }
    std::string text;
    text.resize(longest + 1);
    std::size_t filled = 0;
    int failure = 0;
    while (failure == 0 && filled < text.size()) {
        const ssize_t size = ::read(file, text.data() + filled, text.size() - filled);
        if (size == 0) {
            break;
        }
        if (size > 0) {
            filled += static_cast<std::size_t>(size);
        } else if (errno != EINTR) {
            failure = errno;
        }
    }
    ::close(file);
    const bool is_too_long = filled > longest;
    text.resize(filled);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    secret token(
        begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
    wipe(text);
    if (failure != 0) {
        throw fail(token_files::reason(failure));
    }
    if (is_too_long || token.reveal().find_first_of("\r\n") != std::string::npos) {
        throw fail("it holds something else than one token");
    }
    return token;
}

COREST_DECL token_file_lock::token_file_lock(const std::string& path)
    : given_(path),
      path_(canonical_path(path) + ".lock")
{
}

COREST_DECL bool token_file_lock::try_take()
{
    if (lock_) {
        return true;
    }
    const lock_file::outcome taken = lock_.try_take(path_, 0600);
    if (taken == lock_file::outcome::no_file) {
        throw token_files::cannot_write(given_, errno);
    }
    return taken != lock_file::outcome::held;
}

COREST_DECL token_file_replacement::token_file_replacement(const std::string& path)
    : path_(canonical_path(path)),
      temporary_(path_ + ".XXXXXX")
{
    constexpr off_t room = 64 << 10;
    file_ = ::mkostemp(temporary_.data(), O_CLOEXEC); // which only its owner may read
    int failure = file_ < 0 ? errno : 0;
    if (failure == 0) {
        failure = ::posix_fallocate(file_, 0, room);
        failure = failure == EOPNOTSUPP || failure == EINVAL ? 0 : failure; // some file systems cannot
    }
    if (failure != 0) {
        if (file_ >= 0) {
            ::close(file_);
            ::unlink(temporary_.c_str());
        }
        throw token_files::cannot_write(path, failure);
    }
}

COREST_DECL token_file_replacement::~token_file_replacement()
{
    if (file_ >= 0) {
        ::close(file_);
    }
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

COREST_DECL void token_file_replacement::commit(const secret& token)
{
    const auto check = [&](bool done) {
        if (!done) {
            throw error(errc::token_failed,
                "the new refresh token could not be written to '" + path_ + "': " + token_files::reason(errno),
                "The old one may be no longer valid: once there is room, get a new one as the first one was got");
        }
    };
    std::string text = token.reveal() + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t written = ::write(file_, rest.data(), rest.size());
        check(written >= 0 || errno == EINTR);
        rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    check(::ftruncate(file_, static_cast<off_t>(text.size())) == 0 && ::fsync(file_) == 0
        && ::rename(temporary_.c_str(), path_.c_str()) == 0);
    wipe(text);
    temporary_.clear();
    const std::string directory = token_files::directory_of(path_);
    const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_durable = opened >= 0 && ::fsync(opened) == 0;
    if (opened >= 0) {
        ::close(opened);
    }
    check(is_durable || errno == EACCES || errno == EINVAL); // a directory that may be written, and not read
}

} // namespace corest::detail
