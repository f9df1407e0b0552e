#pragma once

// What a directory of files writes down before several of them change at once.

#include <corest/destination/store_error.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/file_names.ipp>
#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

/// Which files are about to be replaced, and those files as they are. Should the run be killed when only some of them
/// have been, the next one puts the old ones back: otherwise it would add the same rows again.
class undo_journal {
public:
    undo_journal(std::string directory, file_names names)
        : directory_(std::move(directory)),
          names_(std::move(names)),
          path_(directory_ + "/" + names_.undo())
    {
    }

    /// Is on the disk afterwards. \param files their names in the directory
    void write(const std::vector<std::string>& files) const
    {
        for (const std::string& file : files) {
            keep(path_of(file), path_of(names_.before(file)));
        }
        const std::string fresh = path_ + ".new";
        output_file output(fresh, O_TRUNC);
        for (const std::string& file : files) {
            std::string line;
            append_quoted(line, file);
            output.append(line + "\n");
        }
        output.finish();
        if (std::rename(fresh.c_str(), path_.c_str()) != 0) {
            store_error::throw_system("the file '" + path_ + "' could not be written", errno);
        }
    }

    /// Says that all of the files have been replaced. \param files as they were written
    void remove(const std::vector<std::string>& files) const noexcept
    {
        ::unlink(path_.c_str());
        for (const std::string& file : files) {
            ::unlink(path_of(names_.before(file)).c_str());
        }
    }

    /// Puts the files back that a run which was killed has replaced, if there are any.
    void undo() const
    {
        if (!std::filesystem::exists(path_)) {
            return;
        }
        line_reader lines(path_);
        while (const auto line = lines.next()) {
            const auto file = decode<std::string>(*line);
            // It is not there where an earlier attempt at this has put it back.
            if (std::rename(path_of(names_.before(file)).c_str(), path_of(file).c_str()) != 0 && errno != ENOENT) {
                store_error::throw_system("the file '" + path_of(file) + "' could not be put back", errno);
            }
        }
        remove({});
    }

private:
    [[nodiscard]] std::string path_of(const std::string& file) const { return directory_ + "/" + file; }

    /// Gives a file a second name: it keeps that one when another file takes its place.
    static void keep(const std::string& file, const std::string& second)
    {
        ::unlink(second.c_str());
        if (::link(file.c_str(), second.c_str()) == 0) {
            return;
        }
        std::error_code failure; // not every file system has second names
        std::filesystem::copy_file(file, second, std::filesystem::copy_options::overwrite_existing, failure);
        if (failure) {
            store_error::throw_system(
                "the file '" + file + "' could not be copied to '" + second + "'", failure.value());
        }
    }

    std::string directory_;
    file_names names_;
    std::string path_;
};

} // namespace corest::detail
