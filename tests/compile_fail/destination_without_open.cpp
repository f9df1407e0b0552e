// A destination that lacks a member is refused by what it lacks.
// says: this destination lacks open(table), which returns net::awaitable<void>

#include <corest/destination/destination.hpp>

#include <string>

class sink {
public:
#if !defined(COREST_MISUSE)
    corest::net::awaitable<void> open(corest::table) { co_return; }
#endif
    corest::net::awaitable<void> write(std::string, corest::page) { co_return; }
    corest::net::awaitable<void> close(std::string) { co_return; }
    corest::net::awaitable<void> abandon(std::string) { co_return; }
};

corest::any_destination make()
{
    return sink();
}
