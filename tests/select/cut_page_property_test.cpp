#include <support/cut_page_property.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace {

/// Makes random pages, and breaks them.
class page_maker {
public:
    explicit page_maker(unsigned seed) : random_(seed) {}

    std::string make()
    {
        std::string out;
        space(out);
        if (below(4) == 0) {
            array(out, 3, below(8));
        } else {
            envelope(out);
        }
        space(out);
        return out;
    }

    /// A few bytes are changed, moved or lost.
    std::string broken(std::string text)
    {
        constexpr std::string_view bytes = "{}[]\"\\,:\x01\x80\xC3\xFFnt0-. \n";
        for (std::size_t times = 1 + below(3); times != 0 && !text.empty(); --times) {
            const std::size_t at = below(text.size());
            switch (below(6)) {
            case 0:
                text.resize(at);
                break;
            case 1:
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 2:
                text[at] = bytes[below(bytes.size())];
                break;
            case 3:
                text.insert(at, 1, bytes[below(bytes.size())]);
                break;
            case 4:
                text.erase(at, 1 + below(3));
                break;
            default:
                if (const std::size_t bracket = text.find_first_of("{}[]\"", at); bracket != text.npos) {
                    constexpr std::string_view brackets = "{}[]\"";
                    text[bracket] = brackets[below(brackets.size())];
                }
            }
        }
        return text;
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }

    void space(std::string& out)
    {
        constexpr std::string_view spaces = " \n\r\t";
        while (below(6) == 0) {
            out += spaces[below(spaces.size())];
        }
    }

    void string(std::string& out)
    {
        constexpr const char* pieces[] = {"x", "some text", "\\\"", "\\\\", "\\\\\\\"", "{", "}", "[", "]", ",", ":",
            "\\n", "\\u00e4", "\\ud83d\\ude00", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "'", "|", "_"};
        out += '"';
        for (std::size_t n = below(5); n != 0; --n) {
            out += pieces[below(std::size(pieces))];
        }
        if (below(8) == 0) { // runs of backslashes over the borders of blocks
            out.append(2 * below(40), '\\');
        }
        if (below(12) == 0) {
            out.append(below(150), 'y');
        }
        out += '"';
    }

    void value(std::string& out, unsigned depth)
    {
        constexpr const char* scalars[] = {"0", "-1", "12345678901234567890123", "1.5", "2e10", "-0.25E-3", "true",
            "false", "null", "{}", "[]", "\"\""};
        switch (below(depth == 0 ? 2 : 4)) {
        case 0:
            out += scalars[below(std::size(scalars))];
            break;
        case 1:
            string(out);
            break;
        case 2:
            array(out, depth - 1, below(4));
            break;
        default:
            object(out, depth - 1);
        }
    }

    void array(std::string& out, unsigned depth, std::size_t size)
    {
        out += '[';
        for (std::size_t i = 0; i < size; ++i) {
            out += i == 0 ? "" : ",";
            space(out);
            value(out, depth);
            space(out);
        }
        out += ']';
    }

    void member(std::string& out, std::string_view key)
    {
        out += out.empty() || out.back() == '{' ? "" : ",";
        space(out);
        out += '"';
        out += key;
        out += '"';
        space(out);
        out += ':';
        space(out);
    }

    void object(std::string& out, unsigned depth)
    {
        constexpr std::string_view keys[] = {"id", "name", "data", "total", "a\\\"b", "\xC3\xA4", ""};
        out += '{';
        for (std::size_t n = below(4); n != 0; --n) {
            member(out, keys[below(std::size(keys))]);
            value(out, depth);
            space(out);
        }
        out += '}';
    }

    void envelope(std::string& out)
    {
        out += '{';
        for (std::size_t n = 1 + below(5); n != 0; --n) {
            switch (below(5)) {
            case 0:
                member(out, "total");
                value(out, 1);
                break;
            case 1:
                member(out, "links");
                out += "{\"next\":";
                value(out, 1);
                out += '}';
                break;
            case 2:
                member(out, "other");
                value(out, 3);
                break;
            default:
                member(out, below(8) == 0 ? "d\\u0061ta" : "data");
                array(out, 3, below(8));
            }
            space(out);
        }
        out += '}';
    }

    std::mt19937 random_;
};

TEST(CutPageProperty, HoldsForValidPages)
{
    page_maker maker(20240517);
    for (int i = 0; i < 100; ++i) {
        const std::string page = maker.make();
        ASSERT_TRUE(cut_page_property::is_valid(page)) << page;
        ASSERT_EQ(cut_page_property::check(page), "");
    }
}

TEST(CutPageProperty, HoldsForBrokenPages)
{
    page_maker maker(4711);
    for (int i = 0; i < 250; ++i) {
        ASSERT_EQ(cut_page_property::check(maker.broken(maker.make())), "");
    }
}

/// A record whose string ends, with an escape before it, at every place of a block.
TEST(CutPageProperty, HoldsForEscapesAtTheBordersOfBlocks)
{
    for (std::size_t before = 30; before < 100; ++before) {
        for (const std::size_t backslashes : {0u, 1u, 2u, 3u, 64u, 65u}) {
            const std::string page = "{\"data\":[{\"a\":\"" + std::string(before, 'x') + std::string(backslashes, '\\')
                + "\"},{\"b\":\"]}\"}]}";
            ASSERT_EQ(cut_page_property::check(page), "");
        }
    }
}

TEST(CutPageProperty, HoldsForEveryTruncation)
{
    const std::string page =
        R"({"total":2,"data":[{"id":1,"name":"a\"]}","tags":["x"]},{"id":2,"name":"\\"}],"links":{"next":"y"}})";
    for (std::size_t size = 0; size <= page.size(); ++size) {
        ASSERT_EQ(cut_page_property::check(page.substr(0, size)), "");
    }
}

TEST(CutPageProperty, TimeGrowsWithTheSizeOnly)
{
    // Deep nesting, and brackets that never close: quadratic behaviour would not end within the test's time.
    constexpr std::size_t size = std::size_t{1} << 20;
    for (const corest::detail::json_classifier_entry& way : corest::detail::json_classifiers()) {
        std::string page = "[";
        while (page.size() < size) {
            page += "{},";
        }
        page += "{}]";
        EXPECT_EQ(cut_page_property::outcome(way.classify, page, "$").records.size(), page.size() / 3);
        EXPECT_EQ(cut_page_property::outcome(way.classify, "[" + std::string(size, '['), "$").failure,
            corest::errc::not_json);
        EXPECT_EQ(cut_page_property::outcome(way.classify, "[" + std::string(size, ']'), "$").failure,
            corest::errc::not_json);
        EXPECT_EQ(cut_page_property::outcome(way.classify, "[" + std::string(size, '"'), "$").failure,
            corest::errc::not_json);
    }
}

/// Every file of the parsing suite, as a body and as a record of one.
TEST(CutPagePropertySuite, HoldsForTheParsingSuite)
{
    const std::filesystem::path directory = std::filesystem::path(COREST_SUITES_DIR) / "json_parsing";
    if (!std::filesystem::exists(directory)) {
        GTEST_SKIP() << "no conformance suite at " << directory;
    }
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string json((std::istreambuf_iterator<char>(in)), {});
        if (json.size() > 50000) {
            continue; // 100,000 open brackets: TimeGrowsWithTheSizeOnly has them
        }
        const std::string name = entry.path().filename().string();
        EXPECT_EQ(cut_page_property::check(json), "") << name;
        EXPECT_EQ(cut_page_property::check("[{\"id\":0}," + json + ",{\"id\":2}]"), "") << name;
        EXPECT_EQ(cut_page_property::check("{\"total\":1,\"data\":[" + json + "],\"other\":[]}"), "") << name;
        EXPECT_EQ(cut_page_property::check("{\"data\":[{\"a\":" + json + "}],\"total\":" + json + "}"), "") << name;
        ++count;
    }
    EXPECT_GT(count, 300u);
}

} // namespace
