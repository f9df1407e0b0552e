// An authenticator behind a client has to be made a layer.
// says: credentials are no layer yet, wrap them: client | authorize(bearer(...))

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>

auto signed_by(const corest::client& api)
{
#if defined(COREST_MISUSE)
    return api | corest::bearer("token");
#else
    return api | corest::authorize(corest::bearer("token"));
#endif
}
