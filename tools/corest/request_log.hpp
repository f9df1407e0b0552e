#pragma once

/// \file
/// A run's requests for people and for programs: `--verbose`, `--log FILE`, `--debug-http`.

#include <corest/http/observer.hpp>
#include <corest/http/trace.hpp>
#include <corest/source/run/connect.hpp>

#include <fstream>
#include <functional>
#include <memory>
#include <string>

namespace cli {

/// Where requests are written.
class request_log {
public:
    /// \param verbose a line for each request is said
    /// \param debug each attempt is said, with headers and bodies
    /// \param file takes the same as JSON lines, and what happens on the way: retries, waits, connections; empty: none
    /// \param say writes a line to the user
    /// \throws corest::error (invalid_argument) where the file cannot be written
    request_log(bool verbose, bool debug, const std::string& file, std::function<void(const std::string&)> say);

    /// Has the requests of a run written. The log is kept as long as the options are.
    static void attach(const std::shared_ptr<request_log>& self, corest::source::connect_options& options);

    /// True where all that was to be written is in the file.
    [[nodiscard]] bool is_whole();

private:
    class watcher;

    void show(const corest::traced_exchange& seen);

    bool verbose_;
    bool debug_;
    std::string name_;
    std::ofstream file_;
    std::function<void(const std::string&)> say_;
};

} // namespace cli
