// An authenticator without `sign`.
// says: this authenticator lacks sign(request&)

#include <corest/auth/authorize.hpp>

class key {
public:
#if defined(COREST_MISUSE)
    void sing(corest::request& r) const { r.headers.set("X-Key", "1"); }
#else
    void sign(corest::request& r) const { r.headers.set("X-Key", "1"); }
#endif
};

corest::client with_key(const corest::client& api)
{
    return api | corest::authorize(key());
}
