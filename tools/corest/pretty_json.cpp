#include "pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace cli {

namespace {

constexpr std::size_t widest = 100;

/// A number with a fraction as people write it: "0.013", "9.0"; an exponent only where it would be very long.
std::string written(double number)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    std::string out(text.data(), end);
    return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

/// On one line.
/// \param gap what stands behind each colon and comma
void write_line(std::string& out, const boost::json::value& v, const std::string& gap)
{
    const std::string comma = "," + gap;
    bool first = true;
    if (v.is_object()) {
        out += '{';
        for (const auto& member : v.get_object()) {
            out += (first ? "" : comma) + boost::json::serialize(boost::json::string(member.key())) + ":" + gap;
            write_line(out, member.value(), gap);
            first = false;
        }
        out += '}';
    } else if (v.is_array()) {
        out += '[';
        for (const boost::json::value& element : v.get_array()) {
            out += first ? "" : comma;
            write_line(out, element, gap);
            first = false;
        }
        out += ']';
    } else {
        out += v.is_double() && std::isfinite(v.get_double()) ? written(v.get_double()) : boost::json::serialize(v);
    }
}

/// \param used how much of the line is taken already
void write(std::string& out, const boost::json::value& v, std::size_t depth, std::size_t used)
{
    std::string line;
    write_line(line, v, " ");
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

std::string json_line(const boost::json::value& v)
{
    std::string out;
    write_line(out, v, "");
    return out;
}

std::string pretty_json(const boost::json::value& v)
{
    std::string out;
    write(out, v, 0, 0);
    return out + '\n';
}

} // namespace cli
