#include "pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstddef>

namespace cli {

namespace {

constexpr std::size_t widest = 100;

/// On one line, with a space behind each colon and comma.
void write_line(std::string& out, const boost::json::value& v)
{
    const char* gap = "";
    if (v.is_object()) {
        out += '{';
        for (const auto& member : v.get_object()) {
            out += gap + boost::json::serialize(boost::json::string(member.key())) + ": ";
            write_line(out, member.value());
            gap = ", ";
        }
        out += '}';
    } else if (v.is_array()) {
        out += '[';
        for (const boost::json::value& element : v.get_array()) {
            out += gap;
            write_line(out, element);
            gap = ", ";
        }
        out += ']';
    } else {
        out += boost::json::serialize(v);
    }
}

/// \param used how much of the line is taken already
void write(std::string& out, const boost::json::value& v, std::size_t depth, std::size_t used)
{
    std::string line;
    write_line(line, v);
    if (!v.is_structured() || used + line.size() <= widest) {
        out += line;
        return;
    }
    const std::string indent(2 * (depth + 1), ' ');
    const char* gap = "\n";
    if (v.is_object()) {
        out += '{';
        for (const auto& member : v.get_object()) {
            const std::string name = boost::json::serialize(boost::json::string(member.key())) + ": ";
            out += gap + indent + name;
            write(out, member.value(), depth + 1, indent.size() + name.size());
            gap = ",\n";
        }
    } else {
        out += '[';
        for (const boost::json::value& element : v.get_array()) {
            out += gap + indent;
            write(out, element, depth + 1, indent.size());
            gap = ",\n";
        }
    }
    out += "\n" + std::string(2 * depth, ' ') + (v.is_object() ? "}" : "]");
}

} // namespace

std::string pretty_json(const boost::json::value& v)
{
    std::string out;
    write(out, v, 0, 0);
    return out + '\n';
}

} // namespace cli
