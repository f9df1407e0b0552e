// Credentials belong to the client, not to a resource.
// says: credentials belong to the client, wrap them there: get(client | authorize(bearer(...)), path)

#include <corest/auth/authorize.hpp>
#include <corest/auth/bearer.hpp>
#include <corest/resource/resource.hpp>

auto items(const corest::client& api)
{
#if defined(COREST_MISUSE)
    return corest::get(api, "/items") | corest::bearer("token");
#else
    return corest::get(api | corest::authorize(corest::bearer("token")), "/items");
#endif
}
