/// \file
/// Uses each library that corest's package brings along, and ends with 0 if all of them do what they should.
/// (No flow: a file that runs one takes several times as long to compile.)

#include <corest/http/content_coding.hpp>
#include <corest/http/url.hpp>
#include <corest/net.hpp>
#include <corest/select/selector.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/version.hpp>

#include <openssl/crypto.h>

#if defined(TEST_SQLITE)
#    include <sqlite3.h>
#endif
#if defined(TEST_POSTGRES)
#    include <libpq-fe.h>
#endif

#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)

#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

int main()
{
    bool good = true;

    corest::net::io_context context;
    bool ran = false;
    corest::net::post(context, [&] { ran = true; });
    context.run();
    good = good && ran;

    const corest::padded_buffer body(R"({"items": [{"id": 1}, {"id": 2}]})");
    std::vector<corest::detail::slice> records;
    std::vector<std::optional<std::string_view>> values;
    corest::cut_page(body, corest::selector("items"), {}, records, values);
    good = good && records.size() == 2;

    good = good && corest::origin_of("https://api.example.com/v1") == "https://api.example.com:443";
    good = good && corest::source::read_source(R"({"resources": []})").as_object().contains("resources");

    std::cout << "corest " << corest::version << ", " << OpenSSL_version(OPENSSL_VERSION)
              << ", content codings: " << corest::decodable_codings();
#if defined(TEST_SQLITE)
    std::cout << ", SQLite " << sqlite3_libversion();
#endif
#if defined(TEST_POSTGRES)
    std::cout << ", libpq " << PQlibVersion();
#endif
    std::cout << (good ? "" : ": something is wrong") << '\n';
    return good ? 0 : 1;
}
