// What is no paginator at all is refused by what it lacks, too.
// says: this paginator lacks prepare(request&)
// says: this paginator lacks advance(const page_info&)

#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>

corest::resource users(const corest::resource& all)
{
#if defined(COREST_MISUSE)
    return all | corest::paginate(100);
#else
    return all | corest::paginate(corest::offset(100));
#endif
}
