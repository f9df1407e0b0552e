// A placeholder is a field of the parent, where that is known.
// says: the parent has no field for the last placeholder of the path
// says, but for clang++-14: {"id"}

#include <corest/resource/parent_fields.hpp>
#include <corest/resource/resource.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct project {
#if defined(COREST_MISUSE)
    std::string token;
#else
    std::string id;
#endif
    std::string name;
};
#if defined(COREST_MISUSE)
BOOST_DESCRIBE_STRUCT(project, (), (token, name))
#else
BOOST_DESCRIBE_STRUCT(project, (), (id, name))
#endif

corest::resource samples(const corest::resource& projects)
{
    return projects | corest::expand<"/projects/<id>/samples", project>();
}
