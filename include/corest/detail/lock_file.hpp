#pragma once

/// \file
/// A lock that is a file. Not for users.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace corest::detail {

/// A lock that is a file: held as long as that is open and locked (flock), so it ends with its holder, however that
/// ends. Who lets go of it removes the file.
class lock_file {
public:
    enum class outcome : unsigned char {
        taken,
        held,    ///< another one has it, of another process or of this one
        no_file, ///< the file could not be opened; errno says why
        no_lock  ///< the file cannot be locked, as on a file system without locks; errno says why
    };

    lock_file() = default;
    lock_file(lock_file&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
    lock_file& operator=(lock_file&& other) noexcept
    {
        std::swap(path_, other.path_);
        std::swap(file_, other.file_);
        return *this;
    }
    ~lock_file()
    {
        if (file_ >= 0) {
            ::unlink(path_.c_str()); // while it is held: who has opened it meanwhile sees that it is not the one
            ::close(file_);
        }
    }

    /// Takes the lock, where nobody has it. \pre it is not held by this object
    /// \param path of the file, which is made where there is none; a symbolic link there is an error, since who has
    /// made it could have any file of the user's locked and written to
    /// \param mode who may open the file that is made, as of open(2)
    [[nodiscard]] outcome try_take(const std::string& path, mode_t mode)
    {
        path_ = path;
        for (;;) {
            const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode);
            if (file < 0) {
                return outcome::no_file;
            }
            const outcome locked = lock(file);
            if (locked == outcome::taken && is_named(file)) {
                file_ = file;
                return locked;
            }
            const int cause = errno;
            if (locked == outcome::no_lock) {
                ::unlink(path_.c_str());
            }
            ::close(file);
            errno = cause;
            if (locked != outcome::taken) {
                return locked;
            } // its holder has removed it meanwhile
        }
    }

    /// Locks a file or directory for as long as it is open.
    [[nodiscard]] static outcome lock(int file) noexcept
    {
        return ::flock(file, LOCK_EX | LOCK_NB) == 0 ? outcome::taken
            : errno == EWOULDBLOCK                   ? outcome::held
                                                     : outcome::no_lock;
    }

    /// What the system calls the file by, while the lock is held.
    [[nodiscard]] int number() const noexcept { return file_; }
    explicit operator bool() const noexcept { return file_ >= 0; }

private:
    /// Whether the path leads to the file that is open.
    [[nodiscard]] bool is_named(int file) const noexcept
    {
        struct stat opened = {};
        struct stat named = {};
        return ::fstat(file, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 && opened.st_ino == named.st_ino
            && opened.st_dev == named.st_dev;
    }

    std::string path_;
    int file_ = -1; ///< open while the lock is held
};

} // namespace corest::detail
