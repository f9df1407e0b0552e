// A stream that lacks a member is refused by what it lacks.
// says: what stands before this adapter is no flow: as a stream it lacks close(), which returns net::awaitable<void>

#include <corest/adapt/take.hpp>

class zeros {
public:
    using value_type = int;
    [[nodiscard]] const int* advance() const { return &zero_; }
    [[nodiscard]] corest::net::awaitable<bool> fetch() { co_return true; }
#if defined(COREST_MISUSE)
    void close() {}
#else
    [[nodiscard]] corest::net::awaitable<void> close() { co_return; }
#endif

private:
    int zero_ = 0;
};

auto three()
{
    return zeros() | corest::take(3);
}
