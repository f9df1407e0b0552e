// What was kept is read before a flow begins at it.
// says: a text is no state yet, wrap it: from(corest::cursor_states(text))

#include <corest/resource/incremental.hpp>

auto new_issues(const corest::client& api, const std::string& kept)
{
#if defined(COREST_MISUSE)
    return corest::get(api, "/issues") | corest::incremental("updated_at").param("since").from(kept);
#else
    return corest::get(api, "/issues")
        | corest::incremental("updated_at").param("since").from(corest::cursor_states(kept));
#endif
}
