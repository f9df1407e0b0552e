// A paginator that lacks a member is refused by what it lacks.
// says: this paginator lacks advance(const page_info&)

#include <corest/paginate/paginator.hpp>

class once {
public:
    void prepare(corest::request&) const {}
#if defined(COREST_MISUSE)
    bool advanced(const corest::page_info&) { return false; }
#else
    bool advance(const corest::page_info&) { return false; }
#endif
};

corest::any_paginator make()
{
    return once();
}
