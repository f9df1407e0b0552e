// An adapter that lacks its member is refused by what it lacks.
// says: this adapter lacks adapt(stream)

#include <corest/adapt/stream.hpp>
#include <corest/resource/record_stream.hpp>

#include <utility>

class nothing : public corest::stream_adapter {
public:
    template <class S>
#if defined(COREST_MISUSE)
    [[nodiscard]] S adopt(S source) const
#else
    [[nodiscard]] S adapt(S source) const
#endif
    {
        return source;
    }
};

auto unchanged(corest::record_stream records)
{
    return std::move(records) | nothing();
}
