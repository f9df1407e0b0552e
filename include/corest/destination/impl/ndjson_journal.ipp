#pragma once

// What an NDJSON directory writes down before several files grow at once.

#include <corest/destination/store_error.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace corest::detail {

/// How long the files were that were about to grow. Should the run be killed when only some of them have, the next one
/// cuts them back: otherwise it would add the same rows again.
class ndjson_journal {
public:
    explicit ndjson_journal(std::string directory)
        : directory_(std::move(directory)),
          path_(directory_ + "/.corest-journal")
    {
    }

    /// Is on the disk afterwards. \param files their names in the directory
    void write(const std::vector<std::string>& files) const
    {
        const std::string fresh = path_ + ".new";
        output_file output(fresh, O_TRUNC);
        for (const std::string& file : files) {
            std::string line = "{\"file\":";
            append_quoted(line, file);
            line += ",\"size\":" + std::to_string(std::filesystem::file_size(directory_ + "/" + file)) + "}\n";
            output.append(line);
        }
        output.finish();
        if (std::rename(fresh.c_str(), path_.c_str()) != 0) {
            store_error::throw_system("the file '" + path_ + "' could not be written", errno);
        }
    }

    /// Says that all of the files have grown.
    void remove() const noexcept { ::unlink(path_.c_str()); }

    /// Cuts the files back that a run which was killed has left grown, if there are any.
    void undo() const
    {
        if (!std::filesystem::exists(path_)) {
            return;
        }
        line_reader lines(path_);
        while (const auto line = lines.next()) {
            std::string file;
            std::string scratch;
            std::uint64_t size = 0;
            std::string_view key;
            json_reader reader(*line, "the journal");
            reader.begin_object();
            while (reader.next_key(key, scratch)) {
                if (key == "file") {
                    file = directory_ + "/" + std::string(reader.string(scratch));
                } else {
                    size = reader.uint64();
                }
            }
            std::error_code gone;
            if (const auto now = std::filesystem::file_size(file, gone); !gone && now > size) {
                std::filesystem::resize_file(file, size);
            }
        }
        remove();
    }

private:
    std::string directory_;
    std::string path_;
};

} // namespace corest::detail
