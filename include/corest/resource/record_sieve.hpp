#pragma once

/// \file
/// A selector that ends in a filter, taken apart: what is a page's content, and which of its records count. Not for
/// users.

#include <corest/config.hpp>
#include <corest/select/page.hpp>
#include <corest/select/selector.hpp>

#include <memory>
#include <optional>

namespace corest::detail {

class path_filter;

/// `$.items[?@.keep]` as `$.items[*]`, of which only some count: paginators count a page before any filter, or a page
/// of which nothing is wanted would pass for the last one.
class record_sieve {
public:
    /// \param given the user's selector
    COREST_DECL explicit record_sieve(const selector& given);

    /// What the page is cut by. \param given the user's selector
    [[nodiscard]] const selector& whole(const selector& given) const noexcept { return whole_ ? *whole_ : given; }
    /// Leaves the records that count.
    COREST_DECL void apply(page_data& data) const;

private:
    std::optional<selector> whole_; ///< none: the user's, as nearly always
    std::shared_ptr<const path_filter> filter_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/record_sieve.ipp>
#endif
