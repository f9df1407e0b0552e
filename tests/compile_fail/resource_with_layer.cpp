// A layer belongs to the client, not to a resource.
// says: a layer belongs to the client, put it there: get(client | retry(...), path)

#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

auto items(const corest::client& api)
{
#if defined(COREST_MISUSE)
    return corest::get(api, "/items") | corest::retry();
#else
    return corest::get(api | corest::retry(), "/items");
#endif
}
