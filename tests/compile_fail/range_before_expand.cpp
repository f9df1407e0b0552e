// A range has to be made a flow.
// says: a range is no flow yet, wrap it: values(range) | expand(api, path)

#include <corest/adapt/expand.hpp>
#include <corest/adapt/values.hpp>

#include <vector>

auto items(const corest::client& api, const std::vector<int>& ids)
{
#if defined(COREST_MISUSE)
    return ids | corest::expand(api, "/items/{id}");
#else
    return corest::values(ids) | corest::expand(api, "/items/{id}");
#endif
}
