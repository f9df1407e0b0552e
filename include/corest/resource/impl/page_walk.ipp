#pragma once

#include <corest/resource/page_walk.hpp>

#include <corest/http/url.hpp>
#include <corest/resource/response_status.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>

namespace corest {

namespace detail {

namespace page_checks {

/// \throws error (origin_refused) where a next link leads to an origin that is not allowed
COREST_DECL void check_origin(const request& r, const client& api)
{
    if (!api.allows(r.url)) {
        throw error(errc::origin_refused,
            "the next page is at another origin, " + origin_of(r.url) + ", and credentials belong to "
                + origin_of(api.base_url()),
            "If that is right, list it in", remedy::allowed_origins);
    }
}

/// The first member of an object that is a list of objects: what a selector was probably meant to lead to.
COREST_DECL std::string list_of_objects_within(std::string_view json)
{
    json_reader reader(json);
    if (reader.kind() != json_kind::object) {
        return {};
    }
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        const std::string name(key);
        json_reader value(reader.skip());
        if (value.kind() == json_kind::array) {
            value.begin_array();
            if (value.next_element() && value.kind() == json_kind::object) {
                return name;
            }
        }
    }
    return {};
}

} // namespace page_checks

} // namespace detail

COREST_DECL page_walk::page_walk(
    std::shared_ptr<const collection> walked, binding_list values, page parent, std::size_t index)
    : collection_(std::move(walked)),
      bindings_(std::move(values)),
      parent_page_(std::move(parent)),
      parent_index_(index),
      limit_(collection_->limit),
      paginator_(collection_->paginator),
      probes_(paginator_.paths())
{
    static const std::vector<binding> none;
    first_ = collection_->requests.make(bindings_ ? *bindings_ : none);
}

COREST_DECL bool page_walk::resume(const walk_position& from, const std::optional<std::string>&)
{
    if (from.pages == 0) {
        return true;
    }
    if (!from.is_end && (!from.paginator || !paginator_.resume(*from.paginator))) {
        return false;
    }
    number_ = from.pages;
    records_ = from.records;
    more_ = !from.is_end && records_ < limit_;
    guard_.resume(from.pages, from.fingerprint);
    collection_->statistics->largest_page.raise(static_cast<std::size_t>(from.largest_page));
    return true;
}

COREST_DECL request page_walk::page_request(any_paginator& paginator) const
{
    request r = first_;
    paginator.prepare(r);
    const client& api = collection_->api;
    if (!api.is_plainly_own(r.url)) {
        detail::page_checks::check_origin(r, api);
        if (origin_of(r.url) != origin_of(api.base_url())) {
            r.headers.erase_credentials(); // they belong to the API's own origin, however they came to be there
        }
    }
    return r;
}

COREST_DECL request page_walk::next_request()
{
    current_ = page_request(paginator_);
    return current_;
}

COREST_DECL std::optional<request> page_walk::predict(any_paginator& paginator, std::size_t untaken) const
{
    const bool has_last = last_.headers != nullptr; // a walk that goes on has pages, and none of them is known
    if (!has_last || limit_ - records_ <= std::uint64_t{last_.records} * untaken) {
        return std::nullopt;
    }
    static const headers none;
    std::vector<std::optional<std::string_view>> values(last_values_.begin(), last_values_.end());
    page_info like_last = last_;
    like_last.url = current_.url;
    like_last.headers = &none;
    like_last.page_number = number_ + untaken;
    like_last.values = values;
    const bool known = paginator.end_is_known();
    if (!paginator.advance(like_last) || paginator.window() == 0 || (known && !paginator.end_is_known())) {
        return std::nullopt; // it ends there, or it is no longer known whether it does
    }
    return page_request(paginator);
}

COREST_DECL page page_walk::take(response got)
{
    if (!std::exchange(is_refused_, true)) {
        ++number_;
    }
    if (!detail::is_page(got, collection_->ignored_statuses)) {
        ++collection_->statistics->ignored;
        ++collection_->statistics->walks;
        more_ = false;
        is_refused_ = false;
        return {};
    }
    page taken = fill_page(got);
    if (!more_) {
        ++collection_->statistics->walks;
    }
    return taken;
}

COREST_DECL page page_walk::fill_page(response& got)
{
    walk_statistics& counted = *collection_->statistics;
    auto data = std::make_shared<detail::page_data>();
    data->body = std::move(got.body);
    std::vector<std::string> warnings;
    if (got.status != 204) { // "no content" is a page without records
        cut_page(data->body, collection_->selector, probes_, data->records, values_, &warnings);
    } else {
        values_.assign(probes_.size(), std::nullopt);
    }
    is_refused_ = false;
    guard_.check(current_, data->body.view(), data->records);

    page_info info;
    info.records = data->records.size();
    info.page_number = number_;
    info.url = got.url.empty() ? current_.url : got.url;
    info.status = got.status;
    info.headers = &got.headers;
    info.largest_page_before = counted.largest_page;
    info.values = values_;
    info.warnings = &warnings;
    more_ = paginator_.advance(info);
    if (number_ == 1 && more_ && collection_->selector.path.is_root() && data->records.size() == 1) {
        const detail::slice only = data->records.front();
        const std::string list =
            detail::page_checks::list_of_objects_within(data->body.view().substr(only.offset, only.size));
        if (!list.empty()) {
            warnings.push_back(
                "each body is taken as one record, because no selector says where the records are; it has '" + list
                + "', a list of objects: if those are the records, " + list + " is the selector");
        }
    }
    info.warnings = nullptr;
    counted.warnings.add(std::move(warnings));
    if (more_ && paginator_.window() != 0) {
        last_ = info;
        last_.warnings = nullptr; // a prediction adds none
        last_values_.assign(values_.begin(), values_.end());
    }

    counted.largest_page.raise(data->records.size());
    ++counted.pages;
    const std::uint64_t room = limit_ - records_;
    if (data->records.size() >= room) {
        data->records.resize(static_cast<std::size_t>(room));
        more_ = false;
    }
    data->status = got.status;
    data->headers = std::move(got.headers);
    data->number = number_;
    data->first_record = records_;
    data->resource = collection_->name;
    data->url = redact_url(current_.url);
    data->parent_page = parent_page_.data();
    data->parent_index = parent_index_;
    data->bindings = bindings_;
    records_ += data->records.size();
    counted.records += data->records.size();
    data->position = position();
    if (const auto& watching = collection_->api.watchers(); watching.observed()) {
        page_event event;
        event.resource = data->resource;
        event.url = watching.mask(data->url);
        event.number = number_;
        event.records = data->records.size();
        event.bytes = data->body.size();
        event.last = !more_;
        watching.tell(event);
    }
    return page(std::move(data));
}

COREST_DECL walk_position page_walk::position() const
{
    walk_position reached;
    reached.pages = number_;
    reached.records = records_;
    reached.largest_page = collection_->statistics->largest_page;
    reached.fingerprint = guard_.fingerprint();
    reached.is_end = !more_;
    if (more_ && number_ != 0) {
        reached.paginator = paginator_.position();
    }
    return reached;
}

COREST_DECL std::optional<walk_cursor> page_walk::cursor() const
{
    return std::nullopt;
}

COREST_DECL error_context page_walk::context(bool taken) const
{
    error_context context;
    context.resource = collection_->name;
    context.page = taken ? number_ : number_ + 1;
    context.method = current_.method;
    context.url = redact_url(current_.url);
    return context;
}

} // namespace corest
