// What knows the fields of structs has to be included.
// says: expand<path, parent>: include <corest/corest.hpp>, or <corest/resource/parent_fields.hpp>

#include <corest/resource/resource.hpp>
#if !defined(COREST_MISUSE)
#    include <corest/resource/parent_fields.hpp>
#endif

#include <boost/describe/class.hpp>

#include <string>

struct project {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(project, (), (id))

corest::resource samples(const corest::resource& projects)
{
    return projects | corest::expand<"/projects/<project_id>/samples", project>();
}
