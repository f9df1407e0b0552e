#include <corest/http/content_coding.hpp>

#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#if COREST_WITH_LIBDEFLATE
#    include <libdeflate.h>
#endif
#if COREST_WITH_ZSTD
#    include <zstd.h>
#endif

namespace {

using namespace corest;

response coded(const std::string& coding, const std::string& body)
{
    response r;
    r.status = 200;
    r.headers.add("Content-Encoding", coding);
    r.headers.add("Content-Length", std::to_string(body.size()));
    r.headers.add("Content-Type", "application/json");
    r.body = padded_buffer(body);
    return r;
}

errc failure_to_decode(const std::string& coding, const std::string& body, const decoded_limits& limit = 1 << 20)
{
    response r = coded(coding, body);
    try {
        decode_content(r, limit);
    } catch (const error& e) {
        return e.kind();
    }
    ADD_FAILURE() << "decoded to " << r.body.size() << " bytes";
    return errc::destination_failed;
}

TEST(DecodeContent, LeavesABodyWithoutCodingAlone)
{
    response r;
    r.body = padded_buffer("{}");
    const char* before = r.body.data();
    decode_content(r, 1);
    EXPECT_EQ(r.body.data(), before);
    r = coded("identity", "{}");
    decode_content(r, 1);
    EXPECT_EQ(r.body.view(), "{}");
    for (const char* coding : {"identity", "none", "UTF-8"}) {
        r = coded(coding, "{}");
        decode_content(r, 100);
        EXPECT_EQ(r.body.view(), "{}") << coding;
    }
    r = coded("gzip", ""); // as after HEAD or 304
    decode_content(r, 1);
    EXPECT_TRUE(r.body.empty());
}

TEST(DecodeContent, RefusesACodingThatItDoesNotKnow)
{
    EXPECT_EQ(failure_to_decode("br", "xyz"), errc::protocol_error);
    EXPECT_EQ(failure_to_decode("gzip, br", "xyz"), errc::protocol_error);
}

TEST(DecodeContent, AsksForWhatItCanDecode)
{
    EXPECT_EQ(decodable_codings(),
        COREST_WITH_ZSTD             ? COREST_WITH_LIBDEFLATE ? "gzip, deflate, zstd" : "zstd"
            : COREST_WITH_LIBDEFLATE ? "gzip, deflate"
                                     : "");
}

std::string decoded(const std::string& coding, const std::string& body, std::size_t limit = 1 << 20)
{
    response r = coded(coding, body);
    decode_content(r, limit);
    EXPECT_FALSE(r.headers.contains("Content-Encoding"));
    EXPECT_FALSE(r.headers.contains("Content-Length"));
    EXPECT_EQ(r.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(
        std::string(r.body.data() + r.body.size(), padded_buffer::padding), std::string(padded_buffer::padding, '\0'));
    return std::string(r.body.view());
}

/// What decoding it fails with.
std::string message_of(const std::string& coding, const std::string& body, const decoded_limits& limits)
{
    response r = coded(coding, body);
    try {
        decode_content(r, limits);
    } catch (const error& e) {
        return e.what();
    }
    return "no error";
}

std::string page()
{
    std::string text = "[";
    for (int i = 0; i < 2000; ++i) {
        text += "{\"id\": " + std::to_string(i) + ", \"name\": \"item\"},";
    }
    return text + "null]";
}

#if COREST_WITH_LIBDEFLATE

using compressor = std::size_t (*)(libdeflate_compressor*, const void*, std::size_t, void*, std::size_t);

std::string compress(const std::string& text, compressor function, int level = 6)
{
    libdeflate_compressor* native = libdeflate_alloc_compressor(level);
    std::string out(libdeflate_gzip_compress_bound(native, text.size()) + 64, '\0');
    out.resize(function(native, text.data(), text.size(), out.data(), out.size()));
    libdeflate_free_compressor(native);
    return out;
}

std::string gzip_text(const std::string& text)
{
    return compress(text, libdeflate_gzip_compress);
}

TEST(DecodeContent, GzipIsKnownByItsFirstBytes) // acceptance case 118
{
    response r;
    r.status = 200;
    r.body = padded_buffer(gzip_text("[{\"id\":0}]"));
    decode_unstated_content(r, 1 << 20);
    EXPECT_EQ(r.body.view(), "[{\"id\":0}]");
    decode_unstated_content(r, 1 << 20);
    EXPECT_EQ(r.body.view(), "[{\"id\":0}]");
}

TEST(DecodeContent, JsonThatIsSaidToBeGzipIsTakenAsItIs) // acceptance case 118
{
    EXPECT_EQ(decoded("gzip", "[{\"id\":0}]"), "[{\"id\":0}]");
    EXPECT_EQ(decoded("gzip", " {}"), " {}");
    EXPECT_EQ(failure_to_decode("gzip", "no JSON"), errc::protocol_error);
}

TEST(DecodeContent, UndoesGzipAndDeflateInTheirVariants)
{
    for (const std::string& text : {std::string(), std::string("x"), page()}) {
        EXPECT_EQ(decoded("gzip", gzip_text(text)), text);
        EXPECT_EQ(decoded("X-GZip", gzip_text(text)), text);
        EXPECT_EQ(decoded("deflate", compress(text, libdeflate_zlib_compress)), text);
        EXPECT_EQ(decoded("deflate", compress(text, libdeflate_zlib_compress, 1)), text);
        EXPECT_EQ(decoded("deflate", compress(text, libdeflate_deflate_compress)), text);
    }
}

TEST(DecodeContent, UndoesSeveralCodingsFromTheLastToTheFirst)
{
    EXPECT_EQ(decoded("deflate, gzip", gzip_text(compress("text", libdeflate_zlib_compress))), "text");
    EXPECT_EQ(decoded("gzip, identity,, gzip", gzip_text(gzip_text("text"))), "text");
}

TEST(DecodeContent, ReadsAGzipOfSeveralMembers)
{
    EXPECT_EQ(decoded("gzip", gzip_text("one ") + gzip_text(page()) + gzip_text("") + gzip_text(" three")),
        "one " + page() + " three");
    EXPECT_EQ(decoded("gzip", gzip_text("padded") + std::string(512, '\0')), "padded");
}

TEST(DecodeContent, RefusesDamagedData)
{
    const std::string good = gzip_text(page());
    std::string flipped = good;
    flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
    std::string wrong_sum = good;
    wrong_sum[good.size() - 5] = static_cast<char>(wrong_sum[good.size() - 5] ^ 1);
    std::string wrong_length = good;
    wrong_length[good.size() - 1] = '\x7f';
    for (const std::string& bad : {good.substr(0, good.size() / 2), good.substr(0, good.size() - 1), good.substr(0, 3),
             flipped, wrong_sum, wrong_length, good + "trailing", std::string("plain"), good + good.substr(0, 9)})
    {
        EXPECT_EQ(failure_to_decode("gzip", bad), errc::protocol_error);
    }
    const std::string zlib = compress(page(), libdeflate_zlib_compress);
    EXPECT_EQ(failure_to_decode("deflate", zlib.substr(0, zlib.size() - 2)), errc::protocol_error);
    EXPECT_EQ(failure_to_decode("deflate", zlib + "x"), errc::protocol_error);
    EXPECT_EQ(failure_to_decode("deflate", "{\"plain\": 1}"), errc::protocol_error);
}

TEST(DecodeContent, StopsAtTheLimitHoweverSmallTheBodyIs)
{
    const std::string bomb = gzip_text(std::string(64 << 20, '\0'));
    ASSERT_LT(bomb.size(), 100'000U);
    EXPECT_EQ(failure_to_decode("gzip", bomb, 1 << 20), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("gzip, gzip", gzip_text(bomb), 1 << 20), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("gzip, gzip, gzip, gzip, gzip, gzip", gzip_text("x")), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("gzip", gzip_text("one") + gzip_text("two"), 5), errc::limit_exceeded);
    EXPECT_EQ(decoded("gzip", gzip_text("one") + gzip_text("two"), 6), "onetwo");
    EXPECT_EQ(decoded("gzip", gzip_text(std::string(1 << 20, 'x')), 1 << 20).size(), std::size_t{1} << 20);
    EXPECT_EQ(failure_to_decode("gzip", bomb, decoded_limits(1 << 30, 200)), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("gzip, gzip", gzip_text(bomb), decoded_limits(1 << 30, 200)), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("gzip", bomb, decoded_limits(1 << 30, 0, 32 << 20)), errc::limit_exceeded);
    const std::string zeros = compress(std::string(64 << 20, '\0'), libdeflate_zlib_compress);
    EXPECT_EQ(failure_to_decode("deflate", zeros, decoded_limits(1 << 30, 200)), errc::limit_exceeded);
    const std::string harmless(8 << 20, '\0');
    response small = coded("gzip", gzip_text(harmless));
    decode_content(small, decoded_limits(1 << 30, 200));
    EXPECT_EQ(small.body.size(), harmless.size());
    // A length that is a lie costs no memory: the claim is bounded by what deflate can do.
    std::string liar = gzip_text("x");
    liar.replace(liar.size() - 4, 4, "\xff\xff\xff\xff");
    EXPECT_EQ(failure_to_decode("gzip", liar, std::size_t{8} << 30), errc::protocol_error);
}

/// As much as lies in a file, and a little.
std::string large_text()
{
    std::string text;
    for (int i = 0; text.size() < detail::spilled_memory::least + 100; ++i) {
        text += page() + std::to_string(i * 7919);
    }
    return text;
}

/// The same data with all that may stand in gzip's header.
std::string with_long_header(const std::string& gzip)
{
    return gzip.substr(0, 3) + '\x1e' + gzip.substr(4, 6) + std::string("\x03\0abc", 5) + std::string("name\0", 5)
        + std::string("comment\0", 8) + "xy" + gzip.substr(10);
}

TEST(DecodeContent, UndoesGzipAndDeflateOfVeryLargeBodies) // acceptance case 119
{
    const std::string text = large_text();
    const std::string gzip = gzip_text(text);
    const std::size_t limit = 2 * text.size() + 100;
    const auto is_decoded = [&](const std::string& coding, const std::string& body, const std::string& expected) {
        response r = coded(coding, body);
        decode_content(r, limit);
        return r.body.view() == expected;
    };
    EXPECT_TRUE(is_decoded("gzip", gzip, text));
    EXPECT_TRUE(is_decoded("gzip", with_long_header(gzip), text));
    EXPECT_TRUE(is_decoded("gzip", gzip_text("one ") + gzip + gzip_text(" three"), "one " + text + " three"));
    EXPECT_TRUE(is_decoded("gzip", gzip + std::string(512, '\0'), text));
    EXPECT_TRUE(is_decoded("deflate", compress(text, libdeflate_zlib_compress), text));
    EXPECT_TRUE(is_decoded("deflate", compress(text, libdeflate_deflate_compress), text));
    EXPECT_TRUE(is_decoded("gzip", compress(text, libdeflate_gzip_compress, 0), text)) << "stored blocks";
}

TEST(DecodeContent, RefusesVeryLargeBodiesThatAreDamagedOrTooLarge)
{
    const std::string text = large_text();
    const std::string gzip = gzip_text(text);
    const auto flipped = [](std::string bytes, std::size_t from_end) {
        bytes[bytes.size() - from_end] = static_cast<char>(bytes[bytes.size() - from_end] ^ 1);
        return bytes;
    };
    const decoded_limits enough(text.size() + 1);
    EXPECT_EQ(failure_to_decode("gzip", flipped(gzip, 5), enough), errc::protocol_error) << "the checksum";
    EXPECT_EQ(failure_to_decode("gzip", flipped(gzip, 4), enough), errc::protocol_error) << "the length";
    for (const std::string& bad : {gzip.substr(0, gzip.size() / 2), gzip.substr(0, gzip.size() - 1),
             gzip.substr(0, gzip.size() - 8), gzip + "trailing"})
    { // its last bytes may be taken for a length beyond the limit
        EXPECT_THAT(failure_to_decode("gzip", bad, enough), testing::AnyOf(errc::protocol_error, errc::limit_exceeded));
    }
    const std::string zlib = compress(text, libdeflate_zlib_compress);
    EXPECT_EQ(failure_to_decode("deflate", flipped(zlib, 1), enough), errc::protocol_error);
    EXPECT_EQ(failure_to_decode("deflate", zlib + "x", enough), errc::protocol_error);
    response exact = coded("gzip", gzip);
    decode_content(exact, decoded_limits(text.size()));
    EXPECT_EQ(exact.body.size(), text.size());
    EXPECT_EQ(failure_to_decode("gzip", gzip, decoded_limits(text.size() - 1)), errc::limit_exceeded);
    EXPECT_EQ(failure_to_decode("deflate", zlib, decoded_limits(text.size() - 1)), errc::limit_exceeded);
}

TEST(DecodeContent, SaysWhichLimitABombHasMet)
{
    const std::string bomb = gzip_text(std::string(64 << 20, '\0'));
    const auto what = [&](const decoded_limits& limits) { return message_of("gzip", bomb, limits); };
    EXPECT_EQ(what(decoded_limits(1000, 200)),
        "the decompressed body is larger than 1000 bytes. Ask for smaller pages, or raise "
        "http_options::decoded_limit.");
    EXPECT_EQ(what(decoded_limits(1 << 30, 200)),
        "the decompressed body is more than 200 times as large as the " + std::to_string(bomb.size())
            + " bytes that were sent. If that is no attack, raise http_options::decoded_ratio.");
    EXPECT_EQ(what(decoded_limits(1 << 30, 0, 1 << 20)),
        "the bodies of all responses that are held at once would be larger than 1048576 bytes, with this one, which "
        "takes 67108864. Ask for smaller pages, lower the concurrency, or raise http_options::memory_limit.");
    EXPECT_EQ(what(decoded_limits(1 << 30, 0)), "no error");
}

#endif

#if COREST_WITH_ZSTD

/// One frame. \param window log2 of the window; 0: zstd's own \param states_size it says how much it holds
std::string zstd_frame(const std::string& text, int window = 0, bool states_size = true)
{
    ZSTD_CCtx* native = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(native, ZSTD_c_checksumFlag, 1);
    if (window != 0) {
        ZSTD_CCtx_setParameter(native, ZSTD_c_windowLog, window);
    }
    std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
    if (states_size) {
        ZSTD_CCtx_setPledgedSrcSize(native, text.size());
    }
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer made{out.data(), out.size(), 0};
    EXPECT_EQ(ZSTD_isError(ZSTD_compressStream2(native, &made, &in, ZSTD_e_continue)), 0U);
    EXPECT_EQ(ZSTD_compressStream2(native, &made, &in, ZSTD_e_end), 0U);
    ZSTD_freeCCtx(native);
    out.resize(made.pos);
    return out;
}

TEST(DecodeContent, UndoesZstdOfVeryLargeBodies) // acceptance case 119
{
    std::string text;
    for (int i = 0; text.size() < detail::spilled_memory::least + 100; ++i) {
        text += page() + std::to_string(i * 7919);
    }
    for (const bool states_size : {true, false}) {
        response r = coded("zstd", zstd_frame("one ") + zstd_frame(text, 20, states_size) + zstd_frame(" three"));
        decode_content(r, 2 * text.size());
        EXPECT_EQ(r.body.size(), text.size() + 10);
        EXPECT_TRUE(r.body.view() == "one " + text + " three");
        EXPECT_EQ(failure_to_decode("zstd", zstd_frame(text, 20, states_size), decoded_limits(text.size() - 1)),
            errc::limit_exceeded);
    }
}

constexpr const char* asks_for_plain_bodies =
    ". Ask for bodies that are not compressed: http_options::accept_gzip = false.";

TEST(DecodeContent, UndoesZstd)
{
    for (const std::string& text : {std::string(), std::string("x"), page()}) {
        for (const bool states_size : {true, false}) {
            EXPECT_EQ(decoded("zstd", zstd_frame(text, 0, states_size)), text);
            EXPECT_EQ(decoded("ZSTD", zstd_frame(text, 23, states_size)), text);
        }
    }
    EXPECT_EQ(decoded("zstd, zstd", zstd_frame(zstd_frame("text"))), "text");
    const std::string shrunk_much(1 << 20, 'x');
    EXPECT_EQ(decoded("zstd", zstd_frame(shrunk_much, 0, false)), shrunk_much);
}

TEST(DecodeContent, ReadsZstdOfSeveralFrames)
{
    const std::string skipped("\x5f\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
    EXPECT_EQ(decoded("zstd",
                  zstd_frame("one ") + skipped + zstd_frame(page(), 0, false) + zstd_frame("") + zstd_frame(" two")
                      + skipped),
        "one " + page() + " two");
    EXPECT_EQ(decoded("zstd", skipped), "");
}

TEST(DecodeContent, ZstdIsKnownByItsFirstBytes)
{
    response r;
    r.status = 200;
    r.headers.add("Content-Length", "1");
    r.body = padded_buffer(zstd_frame("[{\"id\":0}]"));
    decode_unstated_content(r, 1 << 20);
    EXPECT_EQ(r.body.view(), "[{\"id\":0}]");
    EXPECT_FALSE(r.headers.contains("Content-Length"));
    EXPECT_EQ(decoded("zstd", " [1]"), " [1]"); // and JSON that is said to be zstd is taken as it is
}

TEST(DecodeContent, SaysWhatIsWrongWithZstd)
{
    const std::string good = zstd_frame(page());
    const auto says = [](const std::string& body) { return message_of("zstd", body, decoded_limits(1 << 20)); };
    const std::string begins = "the body is said to be compressed with zstd, but ";
    for (std::size_t size = 4; size < good.size(); size += size < 40 || size + 40 > good.size() ? 1 : 97) {
        EXPECT_EQ(says(good.substr(0, size)), begins + "the data is cut short" + asks_for_plain_bodies) << size;
        EXPECT_EQ(
            says(zstd_frame("[]") + good.substr(0, size)), begins + "the data is cut short" + asks_for_plain_bodies)
            << size;
    }
    EXPECT_EQ(says(std::string("\x50\x2a\x4d\x18\x03\x00\x00\x00xy", 10)),
        begins + "the data is cut short" + asks_for_plain_bodies);
    EXPECT_EQ(says("plain"), begins + "it does not begin as such" + asks_for_plain_bodies);
    EXPECT_EQ(says(good + "more"), begins + "bytes follow its end" + asks_for_plain_bodies);
    std::string wrong_sum = good;
    wrong_sum.back() = static_cast<char>(wrong_sum.back() ^ 1);
    EXPECT_EQ(
        says(wrong_sum), begins + "the data is damaged (Restored data doesn't match checksum)" + asks_for_plain_bodies);
    EXPECT_EQ(says(zstd_frame(page(), 24, false)),
        begins + "needs a window of more than 8 MiB, which no HTTP client has to have (RFC 9659)"
            + asks_for_plain_bodies);
}

TEST(DecodeContent, ZstdStopsAtTheLimitHoweverSmallTheBodyIs)
{
    for (const bool states_size : {true, false}) {
        const std::string bomb = zstd_frame(std::string(64 << 20, '\0'), 20, states_size);
        ASSERT_LT(bomb.size(), 100'000U);
        EXPECT_EQ(message_of("zstd", bomb, decoded_limits(1000, 200)),
            "the decompressed body is larger than 1000 bytes. Ask for smaller pages, or raise "
            "http_options::decoded_limit.");
        EXPECT_EQ(message_of("zstd", bomb, decoded_limits(1 << 30, 200)),
            "the decompressed body is more than 200 times as large as the " + std::to_string(bomb.size())
                + " bytes that were sent. If that is no attack, raise http_options::decoded_ratio.");
        EXPECT_THAT(message_of("zstd", bomb, decoded_limits(1 << 30, 0, 1 << 20)),
            testing::HasSubstr("the bodies of all responses that are held at once would be larger than 1048576 bytes"));
        EXPECT_EQ(message_of("zstd", bomb, decoded_limits(1 << 30)), "no error");
        const std::string two = zstd_frame("one", 0, states_size) + zstd_frame("two", 0, states_size);
        EXPECT_EQ(failure_to_decode("zstd", two, 5), errc::limit_exceeded);
        EXPECT_EQ(decoded("zstd", two, 6), "onetwo");
        EXPECT_EQ(
            failure_to_decode("zstd, zstd", zstd_frame(bomb), decoded_limits(1 << 30, 200)), errc::limit_exceeded);
    }
}

#else

TEST(DecodeContent, SaysWhatIsLackingForZstd)
{
    EXPECT_EQ(message_of("zstd", "x", decoded_limits(1000)),
        "the body's Content-Encoding is 'zstd', which was not asked for. Build corest with libzstd to read such "
        "bodies.");
}

#endif

} // namespace
