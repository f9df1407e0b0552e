/// \file
/// Another file of the same program. It is compiled both ways: as the first one is, which must link, and with
/// COREST_SEPARATE_COMPILATION, which must not.

#include <corest/http/http_date.hpp>

bool is_date(const char* text);

bool is_date(const char* text)
{
    return corest::parse_http_date(text).has_value();
}
