// An authenticator whose `sign` returns what nobody looks at.
// says: sign(request&) of this authenticator has to return void or net::awaitable<void>

#include <corest/auth/authenticator.hpp>

class key {
public:
#if defined(COREST_MISUSE)
    bool sign(corest::request& r) const { return r.headers.set("X-Key", "1"), true; }
#else
    void sign(corest::request& r) const { r.headers.set("X-Key", "1"); }
#endif
};

corest::any_authenticator make()
{
    return key();
}
