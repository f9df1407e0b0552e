#pragma once

// What the thread of an NDJSON stream does: all rows of all tables down one descriptor.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

class ndjson_pipe final : public table_store {
public:
    ndjson_pipe(int descriptor, bool name_resources) : descriptor_(descriptor), name_resources_(name_resources) {}

    void run(const std::vector<table_work*>& waiting) override
    {
        for (table_work* work : waiting) {
            if (work->action == table_work::operation::write) {
                store_error::attempt(*work, [&] { write(*work); });
            }
        }
    }

    void interrupt() noexcept override { interrupted_ = true; }
    void end_interrupt() noexcept override { interrupted_ = false; }

private:
    void write(const table_work& work)
    {
        std::vector<bound_column> members = bound_columns(work.rows);
        std::string name;
        if (name_resources_) {
            append_quoted(name, work.target.name);
            members.emplace_back("_resource", name);
        }
        lines_.clear();
        store_error::for_each_record(
            work.rows.size(), [&](std::size_t i) { ndjson_line::append(lines_, work.rows.json(i), members); });
        write_all(lines_);
    }

    /// Writes to the end. A pipe whose reader sleeps must not keep the thread from being interrupted, so only as much
    /// is written at a time as a pipe that has room is sure to take.
    void write_all(std::string_view text)
    {
        const std::string message = "the records could not be written to " + name();
        struct stat status = {};
        const bool may_block = ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode);
        while (!text.empty()) {
            if (interrupted_) {
                throw error(errc::destination_failed, message + ": it was interrupted");
            }
            pollfd ready = {descriptor_, POLLOUT, 0};
            if (may_block && ::poll(&ready, 1, 100) == 0) {
                continue;
            }
            const std::size_t some = may_block ? std::min<std::size_t>(text.size(), PIPE_BUF) : text.size();
            const ssize_t written = ::write(descriptor_, text.data(), some);
            if (written >= 0) {
                text.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR && errno != EAGAIN) {
                store_error::throw_system(message, errno);
            }
        }
    }

    [[nodiscard]] std::string name() const
    {
        return descriptor_ == 1 ? "standard output" : "the file descriptor " + std::to_string(descriptor_);
    }

    int descriptor_;
    bool name_resources_;
    std::atomic<bool> interrupted_{false};
    std::string lines_;
};

} // namespace corest::detail
