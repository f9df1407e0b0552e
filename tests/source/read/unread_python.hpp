#pragma once

/// \file
/// What a refusal of Python code says.

#include <string>

/// Where there is nothing that `--set` could fill.
inline std::string unread(const std::string& place, const std::string& reason)
{
    return place + ": this cannot be read: " + reason
        + ". Write the value itself in its place, or let Python run the file with --python.";
}

/// Where there is.
inline std::string unread_key(const std::string& place, const std::string& path, const std::string& reason)
{
    return place + ": " + path + " cannot be read: " + reason + ". Give --set " + path
        + "=VALUE, or let Python run the file with --python.";
}
