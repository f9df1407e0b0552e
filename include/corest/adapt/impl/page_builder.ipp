#pragma once

#include <corest/adapt/detail/page_builder.hpp>

#include <utility>

namespace corest::detail {

COREST_DECL page_data& page_builder::data()
{
    if (!data_) {
        data_ = std::make_shared<page_data>();
        data_->number = ++pages_;
        data_->first_record = records_;
    }
    return *data_;
}

COREST_DECL void page_builder::add(std::string_view json)
{
    page_data& made = data();
    made.body.append(made.records.empty() ? "[" : ",");
    made.records.push_back({made.body.size(), json.size()});
    made.body.append(json);
    ++records_;
}

COREST_DECL void page_builder::add(const record& original)
{
    if (!data_) {
        const page_data& source = *original.page().data();
        page_data& made = data();
        made.resource = source.resource;
        made.url = source.url;
        made.parent_page = source.parent_page;
        made.parent_index = source.parent_index;
        made.bindings = source.bindings;
    }
    add(original.json());
}

COREST_DECL bool page_builder::fits(const record& original) const
{
    const page_data& source = *original.page().data();
    return !data_
        || (data_->parent_page == source.parent_page && data_->parent_index == source.parent_index
            && data_->bindings == source.bindings);
}

COREST_DECL page page_builder::take()
{
    data_->body.append("]");
    return page(std::exchange(data_, nullptr));
}

} // namespace corest::detail
