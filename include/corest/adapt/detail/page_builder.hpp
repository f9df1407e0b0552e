#pragma once

/// \file
/// Pages that are made of values, rather than cut out of a response.

#include <corest/config.hpp>
#include <corest/select/page.hpp>
#include <corest/select/record.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace corest::detail {

/// Makes the pages of one walk, one after another.
class page_builder {
public:
    /// Records of a page at most: so many values are taken before the walks that they open may begin.
    static constexpr std::size_t most_records = 100;

    /// Adds a record. \param json its text
    COREST_DECL void add(std::string_view json);
    /// Adds a copy of a record, which keeps its parent and what its walk was bound to. \pre fits(original)
    COREST_DECL void add(const record& original);

    /// False where a record belongs on a page of its own, because it has other parents than those that were added.
    [[nodiscard]] COREST_DECL bool fits(const record& original) const;
    /// How many records were added since the last page.
    [[nodiscard]] std::size_t size() const noexcept { return data_ ? data_->records.size() : 0; }
    /// The page of the records that were added. \pre size() != 0
    [[nodiscard]] COREST_DECL page take();

private:
    COREST_DECL page_data& data();

    std::shared_ptr<page_data> data_; ///< null where nothing was added
    std::uint64_t pages_ = 0;
    std::uint64_t records_ = 0; ///< on them
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/adapt/impl/page_builder.ipp>
#endif
