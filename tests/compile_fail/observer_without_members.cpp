// An observer that has no member for an event would never be told anything.
// says: this is no observer, or a shared_ptr to one: it has no member that takes an event

#include <corest/http/observe.hpp>

class counter {
public:
#if defined(COREST_MISUSE)
    void on_end(const corest::request_end&) { ++ends; }
#else
    void on_request_end(const corest::request_end&) { ++ends; }
#endif
    int ends = 0;
};

corest::client counted(const corest::client& api)
{
    return api | corest::observe(counter());
}
