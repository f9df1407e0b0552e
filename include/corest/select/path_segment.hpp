#pragma once

/// \file
/// A segment of a JSONPath that is more than a name, an index or `[*]` (RFC 9535, section 2.5): slices, filters, lists
/// of selectors, descendants. Not for users.

#include <corest/config.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

class path_filter;

/// What a segment takes of an object or array (RFC 9535, section 2.3).
class path_selector {
public:
    /// Which of the members count.
    enum class kind { name, index, wildcard, slice, filter };
    explicit path_selector(kind k) : what(k) {}

    kind what;
    std::string name;                  ///< decoded
    std::int64_t index = 0;            ///< negative from the end
    std::optional<std::int64_t> start; ///< of a slice
    std::optional<std::int64_t> end;   ///< of a slice
    std::int64_t step = 1;             ///< of a slice
    std::shared_ptr<const path_filter> filter;
};

/// A segment.
class path_segment {
public:
    bool descends = false; ///< `..`: of the value, and of all values in it
    std::vector<path_selector> selectors;

    /// True where each match is one of many by its nature: it need not be there, and if it is a list it is one match.
    [[nodiscard]] COREST_DECL bool sifts() const noexcept;
};

/// Adds what a segment takes of a value, in the order of RFC 9535.
/// \param root the whole text, which `$` in a filter stands for
/// \throws error (not_json)
COREST_DECL void take_segment(
    const path_segment& segment, std::string_view json, std::string_view root, std::vector<std::string_view>& found);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/path_filter.hpp> // has the definitions
#endif
