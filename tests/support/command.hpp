#pragma once

/// \file
/// Runs a program, as a user would, and takes what it prints.

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

/// What a program printed, and how it ended.
class finished_command {
public:
    int status = -1; ///< exit status; 128 + n where signal n ended it
    std::string out;
    std::string err;
    std::chrono::milliseconds elapsed{0};
};

/// A program that runs.
class command {
public:
    /// Starts it. \param environment added to a nearly empty one: only PATH and the sanitizers' options are kept
    command(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {});
    command(const command&) = delete;
    command& operator=(const command&) = delete;
    /// Kills it if it has not ended.
    ~command();

    void signal(int number) const;
    /// The process.
    [[nodiscard]] pid_t id() const noexcept { return process_; }
    /// Waits for its end, a minute at most.
    finished_command finish();

private:
    pid_t process_ = -1;
    std::string out_file_;
    std::string err_file_;
    std::chrono::steady_clock::time_point started_;
};

/// Runs a program to its end.
finished_command run_command(
    const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {});

/// A folder that is there as long as the object.
class temporary_folder {
public:
    temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    /// Writes a file. \return its path
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::string path_;
};

/// The content of a file; empty if it is not there.
std::string read_file(const std::string& path);
