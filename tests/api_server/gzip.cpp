#include <api_server/gzip.hpp>

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/error.hpp>
#include <boost/crc.hpp>

#include <cstdint>
#include <stdexcept>

namespace example_api {

std::string gzip_compressed(std::string_view text)
{
    namespace zlib = boost::beast::zlib;

    // RFC 1952, section 2.3: magic, deflate, no flags, no time, no extra flags, unknown system.
    std::string result("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
    const std::size_t header = result.size();

    zlib::deflate_stream deflate;
    result.resize(header + deflate.upper_bound(text.size()) + 64);
    zlib::z_params p;
    p.next_in = text.data();
    p.avail_in = text.size();
    p.next_out = result.data() + header;
    p.avail_out = result.size() - header;
    boost::beast::error_code ec;
    deflate.write(p, zlib::Flush::finish, ec);
    if (ec != zlib::error::end_of_stream) {
        throw std::runtime_error("a body could not be compressed: " + ec.message());
    }
    result.resize(result.size() - p.avail_out);

    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    const auto append = [&result](std::uint32_t number) {
        for (unsigned shift = 0; shift != 32; shift += 8) {
            result.push_back(static_cast<char>((number >> shift) & 0xffU));
        }
    };
    append(crc.checksum());
    append(static_cast<std::uint32_t>(text.size()));
    return result;
}

} // namespace example_api
