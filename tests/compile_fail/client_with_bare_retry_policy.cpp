// A retry policy behind a client has to be made a layer.
// says: a retry policy is no layer yet, wrap it: client | retry(backoff())

#include <corest/retry/retry.hpp>

auto patient(const corest::client& api)
{
#if defined(COREST_MISUSE)
    return api | corest::backoff();
#else
    return api | corest::retry(corest::backoff());
#endif
}
