// A paginator behind a resource has to be made an adapter.
// says: a paginator is no adapter yet, wrap it: resource | paginate(offset(...))

#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>

auto all_of(const corest::client& api)
{
#if defined(COREST_MISUSE)
    return corest::get(api, "/items") | corest::offset(100);
#else
    return corest::get(api, "/items") | corest::paginate(corest::offset(100));
#endif
}
