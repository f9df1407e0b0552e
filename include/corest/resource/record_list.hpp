#pragma once

/// \file
/// Records that are made rather than received, as a page's content. Not for users.

#include <corest/config.hpp>
#include <corest/select/page.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// A list of records, as JSON.
class record_list {
public:
    /// Adds one. \param json its text
    void add(std::string_view json)
    {
        text_ += records_.empty() ? "[" : ",";
        records_.push_back({text_.size(), json.size()});
        text_ += json;
    }
    /// Makes them the content of a page: its body is then the list, without an envelope.
    void put_into(page_data& data)
    {
        text_ += records_.empty() ? "[]" : "]";
        data.body = padded_buffer(text_);
        data.records = std::move(records_);
    }

private:
    std::string text_;
    std::vector<slice> records_;
};

} // namespace corest::detail
