/// \file
/// Another file of the same program. It is compiled both ways: as the first one is, which must link, and with
/// COREST_SEPARATE_COMPILATION, which must not.

#include <corest/retry/retry_after.hpp>

bool is_date(const char* text);

bool is_date(const char* text)
{
    return corest::parse_http_date(text).has_value();
}
