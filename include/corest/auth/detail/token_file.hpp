#pragma once

/// \file
/// A file that keeps a token from run to run. Not for users: `oauth2_options::refresh_token_file` is.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>
#include <corest/detail/lock_file.hpp>

#include <string>

namespace corest::detail {

/// What the file holds: the token, without white space around it.
/// \return empty where there is no file, or nothing in it
/// \throws error (invalid_argument) where it cannot be read
[[nodiscard]] COREST_DECL secret read_token_file(const std::string& path);

/// Keeps others from spending the token that a file keeps: processes, and other users of the file in this one. The lock
/// is a file beside it.
class token_file_lock {
public:
    /// \param path of the file that keeps the token; those who name it by a link have the same lock
    COREST_DECL explicit token_file_lock(const std::string& path);

    /// Takes it, where nobody has it. Where the file system has no locks it is nobody's.
    /// \return false where another one has it
    /// \throws error (invalid_argument) where there can be no lock
    [[nodiscard]] COREST_DECL bool try_take();

private:
    std::string given_; ///< the path of the file, for messages
    std::string path_;  ///< of the lock
    lock_file lock_;
};

/// Takes the place of a file that keeps a token. Made before the token is spent, so that one is not got that could not
/// be kept: the new file stands beside the old one then, with room on the disk, and only its owner may read it.
class token_file_replacement {
public:
    /// \param path of the file; a symbolic link stays one
    /// \throws error (invalid_argument) where no file can be written there
    COREST_DECL explicit token_file_replacement(const std::string& path);
    token_file_replacement(const token_file_replacement&) = delete;
    token_file_replacement& operator=(const token_file_replacement&) = delete;
    /// Without `commit` the old file stays.
    COREST_DECL ~token_file_replacement();

    /// From now on the file holds this token, whatever happens to the system: a crash leaves the old or the new one.
    /// \throws error (token_failed) where it could not be written after all
    COREST_DECL void commit(const secret& token);

private:
    std::string path_;      ///< of the file, links resolved
    std::string temporary_; ///< empty once it has taken the file's place
    int file_ = -1;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/token_file.ipp>
#endif
