// A stream that lacks a member is refused by what it lacks.
// says: what stands before this adapter is no flow: as a stream it lacks advance(), which returns a pointer to the next item at hand, null where there is none

#include <corest/adapt/take.hpp>

class zeros {
public:
    using value_type = int;
#if defined(COREST_MISUSE)
    [[nodiscard]] const int* step() const { return &zero_; }
#else
    [[nodiscard]] const int* advance() const { return &zero_; }
#endif
    [[nodiscard]] corest::net::awaitable<bool> fetch() { co_return true; }
    [[nodiscard]] corest::net::awaitable<void> close() { co_return; }

private:
    int zero_ = 0;
};

auto three()
{
    return zeros() | corest::take(3);
}
