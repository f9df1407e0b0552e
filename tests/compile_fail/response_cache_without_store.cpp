// A cache that lacks a member is refused by what it lacks.
// says: this cache lacks store(const std::string& key, cached_pointer kept)

#include <corest/http/conditional.hpp>

#include <string>

class forgetful {
public:
    corest::cached_pointer find(const std::string&) { return nullptr; }
#if defined(COREST_MISUSE)
    void keep(const std::string&, corest::cached_pointer) {}
#else
    void store(const std::string&, corest::cached_pointer) {}
#endif
};

corest::conditional make()
{
    return corest::conditional(forgetful());
}
