// A cursor begins at a value that can be compared.
// says: a cursor is a number, a text, a date (std::chrono::year_month_day) or a moment

#include <corest/resource/incremental.hpp>

auto new_issues()
{
#if defined(COREST_MISUSE)
    return corest::incremental("updated_at").initial_value(true);
#else
    return corest::incremental("updated_at").initial_value("2024-01-01T00:00:00Z");
#endif
}
