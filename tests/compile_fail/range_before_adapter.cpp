// A range has to be made a flow.
// says: what stands before this adapter is a range, and no flow yet, wrap it: values(range) | ...

#include <corest/adapt/take.hpp>
#include <corest/adapt/values.hpp>

#include <vector>

auto three(const std::vector<int>& ids)
{
#if defined(COREST_MISUSE)
    return ids | corest::take(3);
#else
    return corest::values(ids) | corest::take(3);
#endif
}
