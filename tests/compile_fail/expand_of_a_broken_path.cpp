// A path that is a template argument is read while the program compiles.
// says: expand<path>: the path has a '<' that begins no placeholder

#include <corest/resource/resource.hpp>

corest::resource samples(const corest::resource& projects)
{
#if defined(COREST_MISUSE)
    return projects | corest::expand<"/projects/<id/samples">();
#else
    return projects | corest::expand<"/projects/<id>/samples">();
#endif
}
