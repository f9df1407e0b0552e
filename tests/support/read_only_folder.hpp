#pragma once

/// \file
/// A folder that this program may read, and not write.

#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

/// Nothing in the folder can be written while it lives: the superuser, who may do everything, is nobody for that time.
class read_only_folder {
public:
    explicit read_only_folder(const std::string& folder)
    {
        change(folder);
        for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
            change(one.path());
        }
        constexpr uid_t nobody = 65534;
        was_superuser_ = ::geteuid() == 0;
        if (was_superuser_ && ::seteuid(nobody) != 0) {
            throw std::runtime_error("the program could not become nobody");
        }
    }
    read_only_folder(const read_only_folder&) = delete;
    read_only_folder& operator=(const read_only_folder&) = delete;
    ~read_only_folder()
    {
        if (was_superuser_ && ::seteuid(0) != 0) {
            std::terminate(); // the tests behind this one would fail for a reason that none of them names
        }
        for (auto one = changed_.rbegin(); one != changed_.rend(); ++one) {
            std::filesystem::permissions(one->path, one->before);
        }
    }

private:
    struct entry {
        std::filesystem::path path;
        std::filesystem::perms before;
    };

    void change(const std::filesystem::path& path)
    {
        using std::filesystem::perms;
        changed_.push_back({path, std::filesystem::status(path).permissions()});
        const perms all_read = perms::owner_read | perms::group_read | perms::others_read;
        const perms all_enter = perms::owner_exec | perms::group_exec | perms::others_exec;
        std::filesystem::permissions(path, std::filesystem::is_directory(path) ? all_read | all_enter : all_read);
    }

    std::vector<entry> changed_;
    bool was_superuser_ = false;
};
