#pragma once

/// \file
/// Adds the values of `load_columns` to pages.

#include <corest/config.hpp>
#include <corest/select/page.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// Says of the rows of a load which load it is, which row, and when they came (`load_column`).
class load_stamp {
public:
    /// \param its_load_id the same for all pages of the load
    explicit load_stamp(std::string its_load_id) : load_id_(std::move(its_load_id)) {}

    /// Such an id: the moment, in seconds, with six digits behind the point.
    /// \param began the load
    /// \param fraction less than a million
    [[nodiscard]] COREST_DECL static std::string id_of(
        std::chrono::system_clock::time_point began, std::uint64_t fraction);

    /// The page with the columns. \param rows a page with records
    /// \param now when it came
    [[nodiscard]] COREST_DECL page add_to(const page& rows, std::chrono::system_clock::time_point now) const;

    /// The same columns, `_dlt_id` aside, as values that all rows of a page have. \param bindings the page's own
    /// \param now when it came
    [[nodiscard]] COREST_DECL binding_list added_to(
        const std::vector<binding>& bindings, std::chrono::system_clock::time_point now) const;

private:
    std::string load_id_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/load_stamp.ipp>
#endif
