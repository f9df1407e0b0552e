/// \file
/// A file that is compiled with the headers' definitions.

#include <corest/http/http_date.hpp>

bool is_date(const char* text);

int main()
{
    return is_date("Sun, 06 Nov 1994 08:49:37 GMT") && corest::parse_http_date("no date") == std::nullopt ? 0 : 1;
}
