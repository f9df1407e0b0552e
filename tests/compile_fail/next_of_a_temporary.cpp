// A stream that is a temporary begins anew in each round of a loop.
// says: keep it in a variable

#include <corest/resource/record_stream.hpp>

corest::record_stream users();

corest::net::awaitable<int> count()
{
    int n = 0;
#if defined(COREST_MISUSE)
    while (auto r = co_await users().next()) {
#else
    auto records = users();
    while (auto r = co_await records.next()) {
#endif
        ++n;
    }
    co_return n;
}
