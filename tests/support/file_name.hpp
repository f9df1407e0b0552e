#pragma once

/// \file
/// The names of the files that destinations write into a directory. Shares no code with what makes them.

#include <cctype>
#include <ios>
#include <sstream>
#include <string>

/// The name of a table's file, without its ending.
inline std::string file_name_of(const std::string& table)
{
    std::ostringstream name;
    name << std::hex << std::uppercase;
    for (const char c : table) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-' || c == '.') {
            name << c;
        } else {
            name << '%' << unsigned{byte};
        }
    }
    return name.str();
}
