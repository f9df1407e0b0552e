#pragma once

#include <corest/resource/page_walk.hpp>

#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/content_coding.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/completeness.hpp>
#include <corest/paginate/next_link.hpp>
#include <corest/resource/binding_rule.hpp>
#include <corest/resource/detail/part_position.hpp>
#include <corest/resource/response_status.hpp>
#include <corest/resource/wrapped_values.hpp>
#include <corest/select/json_lines.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace corest {

namespace detail {

namespace page_checks {

/// \throws error (origin_refused) where a next link leads to an origin that is not allowed; pagination_failed where it
///         is no address of HTTP's
COREST_DECL void check_origin(const request& r, const client& api)
{
    if (api.allows(r.url)) {
        return;
    }
    std::string origin;
    try {
        origin = origin_of(r.url);
    } catch (const error& e) {
        throw error(errc::pagination_failed, "the next page's address cannot be asked for: " + e.message(),
            "The server states it: is that where the next page's address stands?");
    }
    throw error(errc::origin_refused,
        "the next page is at another origin, " + origin + ", and credentials belong to " + origin_of(api.base_url()),
        "If that is right, list it in", remedy::allowed_origins);
}

/// Whether a link that was found leads to where the walk may go.
COREST_DECL bool may_follow(std::string_view page_url, std::string_view reference, const client& api)
{
    try {
        return api.allows(resolve_url(page_url, reference));
    } catch (const error&) { // it is no URL after all
        return false;
    }
}

/// Whether a page's records are the elements of a list, and not an object that was selected.
COREST_DECL bool is_list(const page_data& at)
{
    if (at.records.empty()) {
        return true;
    }
    const std::string_view before = at.body.view().substr(0, at.records.front().offset);
    const std::size_t last = before.find_last_not_of(" \t\r\n");
    return last != before.npos && before[last] == '[';
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

/// A hash of the values that a record has in the fields of its key; none where it lacks one, or is no object.
/// \throws error (not_json) where it is broken
COREST_DECL std::optional<std::uint64_t> key_hash(std::string_view record, const std::vector<std::string>& key)
{
    json_reader reader(record);
    if (reader.kind() != json_kind::object) {
        return std::nullopt;
    }
    std::uint64_t hash = 0;
    std::size_t left = key.size();
    std::string_view name;
    std::string scratch;
    reader.begin_object();
    while (left != 0 && reader.next_key(name, scratch)) {
        const auto field = std::find(key.begin(), key.end(), name);
        const std::string_view value = reader.skip();
        if (field != key.end()) { // a sum: fields stand in any order
            hash += hash_bytes(value, static_cast<std::uint64_t>(field - key.begin()) + 1);
            --left;
        }
    }
    return left == 0 ? std::optional(hash) : std::nullopt;
}

/// Which of the parent's records a walk is for, for people: the values that fill its placeholders.
COREST_DECL std::string describe_parent(const std::vector<binding>& bindings, const page& parents, std::size_t index)
{
    constexpr std::size_t longest = 60;
    std::string out;
    for (const binding& each : bindings) {
        if (!each.placeholder.empty()) {
            const std::string& field = index < parents.size() ? bound_field(parents[index], each) : each.field;
            out += (out.empty() ? "" : ", ") + (each.resource.empty() ? "" : each.resource + ".") + field + " = "
                + printable(each.json, longest);
        }
    }
    return out;
}

} // namespace page_checks

namespace cursor_bindings {

/// Bindings with the values of the cursor behind them: the placeholders `{incremental.initial_value}` and so on are
/// filled like any other (`placeholder_value`).
template <class Values>
[[nodiscard]] std::vector<binding> extended(std::vector<binding> bindings, Values value_of)
{
    for (const cursor_use use : cursor_uses) {
        const std::optional<std::string> json = value_of(use);
        bindings.emplace_back(
            std::string(), std::string(), std::string(), json.value_or("null"), json ? to_text(*json) : std::string());
    }
    return bindings;
}

} // namespace cursor_bindings

COREST_DECL request initial_request(const collection& walked, const std::vector<binding>& bindings)
{
    if (!walked.incremental) {
        return walked.requests.make(bindings);
    }
    const cursor_rules& rules = *walked.incremental;
    return walked.requests.make(cursor_bindings::extended(bindings, [&](cursor_use use) {
        const auto& value = use == cursor_use::end && rules.end_value ? rules.end_value : rules.initial_value;
        return value ? std::optional(rules.convert.json(*value)) : std::nullopt;
    }));
}

} // namespace detail

COREST_DECL page_walk::page_walk(
    std::shared_ptr<const collection> walked, binding_list values, page parent, std::size_t index)
    : collection_(std::move(walked)),
      bindings_(std::move(values)),
      parent_page_(std::move(parent)),
      parent_index_(index),
      limit_(collection_->limit),
      paginator_(collection_->paginator),
      probes_(paginator_.paths()),
      sieve_(collection_->selector)
{
    if (collection_->incremental) {
        tracker_.emplace(collection_->incremental);
    } else {
        make_first();
    }
}

COREST_DECL void page_walk::make_first()
{
    static const std::vector<binding> none;
    const std::vector<binding>& own = bindings_ ? *bindings_ : none;
    first_ = !tracker_ ? collection_->requests.make(own)
                       : collection_->requests.make(detail::cursor_bindings::extended(
                             own, [this](cursor_use use) { return tracker_->value(use); }));
    needs_report_ = collection_->report != nullptr;
    first_.takes_accepted = needs_report_;
}

COREST_DECL std::vector<binding> page_walk::report_bindings() const
{
    return detail::cursor_bindings::extended(bindings_ ? *bindings_ : std::vector<binding>(),
        [this](cursor_use use) { return tracker_ ? tracker_->value(use) : std::nullopt; });
}

COREST_DECL request page_walk::report_request(std::string url) const
{
    request r = first_;
    r.method = "GET";
    r.url = std::move(url);
    r.body.clear();
    r.headers.erase("Content-Type");
    check_origin(r);
    return r;
}

COREST_DECL void page_walk::begin_report(request read)
{
    first_ = std::move(read);
    needs_report_ = false;
}

COREST_DECL std::string page_walk::partition() const
{
    std::string out;
    if (bindings_) {
        for (const binding& each : *bindings_) {
            if (!each.placeholder.empty()) { // what is copied for its own sake may change
                append_quoted(out += out.empty() ? "{" : ",", each.column());
                out += ":" + each.json;
            }
        }
    }
    return out.empty() ? out : out + "}";
}

COREST_DECL void page_walk::start(const std::optional<std::string>& kept, const std::optional<std::string>& common)
{
    const auto read = [](const std::optional<std::string>& text) {
        return text ? std::optional(cursor_state(*text)) : std::nullopt;
    };
    const std::optional<cursor_state> own = read(kept);
    const bool has_own = own && own->begin_value();
    const bool is_beyond = book_ && book_->join();
    tracker_->begin(own, read(common), is_beyond && !has_own);
    has_begun_ = true;
    more_ = more_ && !tracker_->is_done();
    const cursor_rules& rules = *collection_->incremental;
    if (!more_ && rules.step && rules.end_value && has_own && rules.order(*own->begin_value(), *rules.end_value) > 0) {
        collection_->statistics->warnings.add({"nothing is asked for, since an earlier run has come to "
            + own->begin_value()->description() + ", which is beyond end_value, " + rules.end_value->description()
            + ": a full refresh (--full-refresh) reads the range whatever is kept"});
    }
    make_first();
}

COREST_DECL bool page_walk::resume(const walk_position& from, const std::optional<std::string>& cursor)
{
    if (tracker_ && cursor) {
        tracker_->resume(*cursor);
        has_begun_ = true;
        make_first();
    }
    if (from.pages == 0) {
        return true;
    }
    const detail::part_position at = from.paginator ? detail::part_position(*from.paginator) : detail::part_position();
    const bool is_first_page = from.paginator && !at.paginator && !collection_->report; // it came in part
    const bool is_at_begin = tracker_ && at.paginator && at.paginator->empty();         // of a window
    const bool can_resume = at.paginator && !collection_->report; // a report made anew is another one
    if (!from.is_end && !is_first_page && !is_at_begin && (!can_resume || !paginator_.resume(*at.paginator))) {
        return false;
    }
    number_ = from.pages;
    parts_ = at.parts;
    taken_rows_ = at.rows;
    is_first_again_ = is_first_page;
    records_ = from.records - std::min(from.records, at.rows);
    if (tracker_) {
        is_counted_ = false; // those that were not new were received too
        paging_pages_ = tracker_->state().paged_pages;
        paging_records_ = tracker_->state().paged_records;
    } else {
        paging_pages_ = number_ - std::min(number_, parts_);
        paging_records_ = records_;
    }
    more_ = !from.is_end && records_ < limit_;
    is_resumed_ = !is_at_begin;
    guard_.resume(from.pages, from.fingerprint);
    collection_->statistics->largest_page.raise(static_cast<std::size_t>(from.largest_page));
    return true;
}

COREST_DECL request page_walk::page_request(any_paginator& paginator) const
{
    request r = first_;
    paginator.prepare(r);
    check_origin(r);
    return r;
}

COREST_DECL void page_walk::check_origin(request& r) const
{
    const client& api = collection_->api;
    if (!api.is_plainly_own(r.url)) {
        detail::page_checks::check_origin(r, api);
        if (origin_of(r.url) != origin_of(api.base_url())) {
            r.headers.erase_credentials(); // they belong to the API's own origin, however they came to be there
        }
    }
}

COREST_DECL request page_walk::next_request()
{
    if (needs_start()) {
        start(std::nullopt);
    }
    current_ = page_request(paginator_);
    return current_;
}

COREST_DECL std::optional<request> page_walk::predict(any_paginator& paginator, std::size_t untaken) const
{
    const bool has_last = last_.headers != nullptr; // a walk that goes on has pages, and none of them is known
    if (!has_last || !goes_on_behind(untaken) || limit_ - records_ <= std::uint64_t{last_.records} * untaken) {
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

COREST_DECL std::optional<request> page_walk::peek(const response& got) const
{
    if (!got.ok() || got.status == 204 || limit_ != collection::unlimited || !goes_on_behind(1)) {
        return std::nullopt;
    }
    const body_format format = collection_->decoder.format_of(got.headers.find("Content-Type").value_or(""));
    std::vector<std::optional<std::string_view>> values(probes_.size());
    if (!probes_.empty() && format == body_format::json) {
        static const selector nowhere = [] {
            selector path("$['no records are looked for']");
            path.missing_is_empty = true;
            return path;
        }();
        std::vector<detail::slice> none;
        cut_page(got.body, nowhere, probes_, none, values);
    }
    page_info info;
    info.records = 1; // a page with records, whatever they are
    info.page_number = number_ + 1;
    info.url = got.url.empty() ? current_.url : got.url;
    info.status = got.status;
    info.headers = &got.headers;
    info.largest_page_before = collection_->statistics->largest_page;
    info.values = values;
    any_paginator paginator = paginator_;
    return paginator.advance(info) ? std::optional(page_request(paginator)) : std::nullopt;
}

COREST_DECL bool page_walk::goes_on_behind(std::uint64_t untaken) const noexcept
{
    const auto is_reached = [&](std::uint64_t bound) { return bound != 0 && paging_pages_ + untaken >= bound; };
    // One of them may be the last one in range, or the last one that the server gives.
    return !may_end_early() && !is_reached(collection_->max_pages) && !is_reached(collection_->reset_after_pages);
}

COREST_DECL bool page_walk::may_end_early() const noexcept
{
    return collection_->reset_after_records != 0 || (tracker_ && collection_->incremental->row_order);
}

/// Paging begins: at the beginning of a window, or behind the last cursor that was seen.
COREST_DECL void page_walk::begin_paging()
{
    paginator_ = collection_->paginator;
    guard_ = progress_guard();
    last_ = page_info();
    last_values_.clear();
    total_.reset();
    paging_pages_ = 0;
    paging_records_ = 0;
    is_counted_ = true;
    make_first();
    more_ = true;
}

/// The server has no further page: of an incremental walk there may be a window more.
COREST_DECL void page_walk::end_paging()
{
    if (!tracker_) {
        return;
    }
    const bool is_part = tracker_->state().is_part;
    const bool is_read_next = is_part && tracker_->may_stop_early();
    if (!is_read_next && tracker_->next_window()) {
        is_final_ = !is_part;
        begin_paging();
    } else { // the rest of a window that came in part is the next run's, from the last row on
        end_cursor(!is_part || is_read_next);
    }
}

/// Has the walk's state say how far paging has come, where something is counted from its beginning.
COREST_DECL void page_walk::note_paging()
{
    const collection& walked = *collection_;
    const bool counts = walked.max_pages != 0 || walked.reset_after_pages != 0 || walked.reset_after_records != 0;
    if (tracker_) {
        tracker_->note_paging(more_ && counts ? paging_pages_ : 0, more_ && counts ? paging_records_ : 0);
    }
}

/// \param is_all all rows have come up to where the cursor stands
COREST_DECL void page_walk::end_cursor(bool is_all)
{
    is_final_ = is_all && !collection_->incremental->is_backfill();
    if (tracker_->state().is_common && book_) {
        if (is_final_) {
            book_->add(tracker_->state().begin_value());
        } else {
            book_->spoil();
        }
    }
}

COREST_DECL page page_walk::take(response got)
{
    is_final_ = false;
    says_more_ = false;
    if (!std::exchange(is_refused_, true)) {
        ++number_;
    }
    const bool was_resumed = std::exchange(is_resumed_, false);
    is_first_again_ = false;
    if (!detail::is_page(got, collection_->ignored_statuses)) {
        if (was_resumed) { // what is ignored at a walk's beginning says here perhaps that the position is too old
            error_context refused;
            refused.status = got.status;
            throw error(errc::no_progress,
                "the page with which an earlier walk goes on was answered with " + std::to_string(got.status)
                    + ", which is ignored as a rule",
                "Begin anew", std::move(refused));
        }
        ++collection_->statistics->ignored;
        more_ = false;
        is_refused_ = false;
        compare_ignored(got.status);
        end_paging();
        note_paging();
        if (!more_) {
            ++collection_->statistics->walks;
        }
        return {};
    }
    page taken = fill_page(got);
    if (!more_) {
        ++collection_->statistics->walks;
    }
    return taken;
}

/// Cuts the body into records, and finds the paginator's values. \return where the records are
COREST_DECL json_path page_walk::cut(detail::page_data& data, const response& got, std::vector<std::string>& warnings)
{
    selector records = sieve_.whole(collection_->selector);
    is_one_object_ = false;
    const body_format format = collection_->decoder.format_of(got.headers.find("Content-Type").value_or(""));
    if (got.status == 204) { // "no content" is a page without records
        values_.assign(probes_.size(), std::nullopt);
    } else if (format != body_format::json) { // lines have no envelope
        values_.assign(probes_.size(), std::nullopt);
        if (format == body_format::csv) {
            data.body = collection_->decoder.csv().to_json_lines(data.body.view());
        }
        cut_json_lines(data.body, records, data.records);
    } else {
        if (collection_->detection) {
            bool decided = false;
            records = collection_->detection->records_in(data.body.view(), decided, &warnings);
            if (decided) {
                collection_->statistics->detected.add({mask("records at " + records.path.text())});
            }
            const std::string_view text = detail::without_byte_order_mark(data.body.view());
            const std::size_t begin = text.find_first_not_of(" \t\r\n");
            is_one_object_ = begin != text.npos && text[begin] == '{'
                && (records.path.is_root() || records.path == record_detection::nowhere());
        }
        cut_page(data.body, records, probes_, data.records, values_, &warnings);
    }
    return std::move(records.path);
}

COREST_DECL page page_walk::fill_page(response& got)
{
    walk_statistics& counted = *collection_->statistics;
    decode_unstated_content(got, got.limits);
    auto data = std::make_shared<detail::page_data>();
    data->body = std::move(got.body);
    std::vector<std::string> warnings;
    const json_path records = cut(*data, got, warnings);
    is_refused_ = false;
    guard_.check(current_, data->body.view(), data->records, is_beyond_total());

    page_info info;
    const std::size_t received = data->records.size();
    received_ = received;
    info.records = received;
    info.page_number = number_;
    info.url = got.url.empty() ? current_.url : got.url;
    info.status = got.status;
    info.headers = &got.headers;
    info.largest_page_before = counted.largest_page;
    info.values = values_;
    info.warnings = &warnings;
    std::vector<std::string> unmet;
    info.unmet = &unmet;
    std::optional<std::uint64_t> total;
    info.total = &total;
    more_ = paginator_.advance(info);
    check_envelope(*data);
    const std::string envelope = number_ == 1 || !more_ ? envelope_at(*data, records) : std::string();
    note_paging_found(info, envelope);
    is_bounded_ = more_ && collection_->max_pages != 0 && paging_pages_ + 1 >= collection_->max_pages;
    more_ = more_ && !is_bounded_;
    if (number_ == 1 && more_ && !collection_->detection && records.is_root() && data->records.size() == 1) {
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
    info.unmet = nullptr;
    info.total = nullptr;
    counted.warnings.add(std::move(warnings));
    if (more_ && paginator_.window() != 0) {
        last_ = info;
        last_.warnings = nullptr; // a prediction adds none
        last_values_.assign(values_.begin(), values_.end());
    }

    counted.largest_page.raise(received);
    ++counted.pages;
    counted.received += received;
    ++paging_pages_;
    paging_records_ += received;
    const std::uint64_t room = limit_ - records_;
    const bool may_be_cut = !tracker_ && received >= room;
    if (!more_ && !may_be_cut && is_counted_ && !is_bounded_ && !leaves_part_out(*data)) {
        detail::server_statements stated = statements_of(*data, got.headers, records, envelope);
        stated.total = stated.total ? stated.total : total;
        compare_with_statements(std::move(stated), std::move(unmet));
    } else if (number_ == 1) {
        note_expected(statements_of(*data, got.headers, records, envelope));
    }
    sieve_.apply(*data);
    detail::apply_steps(
        collection_->steps, *data, counted.steps, [this](std::string text) { return mask(std::move(text)); });
    if (collection_->wraps_values) {
        detail::wrap_values(*data);
    }
    check_keys(*data);
    if (tracker_) {
        take_new(*data, room);
    } else if (data->records.size() >= room) {
        data->records.resize(static_cast<std::size_t>(room));
        more_ = false;
    }
    data->status = got.status;
    data->headers = std::move(got.headers);
    data->number = number_;
    data->first_record = records_ + taken_rows_;
    data->resource = collection_->name;
    data->url = mask(redact_url(current_.url));
    if (collection_->group_size == 1) { // else it is not known which of the records a row belongs to
        data->parent_page = parent_page_.data();
        data->parent_index = parent_index_;
        data->bindings = bindings_;
    }
    records_ += data->records.size();
    if (const std::uint64_t known = std::min<std::uint64_t>(std::exchange(taken_rows_, 0), data->records.size());
        known != 0)
    {
        data->records.erase(data->records.begin(), data->records.begin() + static_cast<std::ptrdiff_t>(known));
    }
    counted.records += data->records.size();
    note_paging();
    data->position = position();
    data->cursor = cursor();
    if (const auto& watching = collection_->api.watchers(); watching.observed()) {
        page_event event;
        event.resource = data->resource;
        event.url = data->url;
        event.number = number_;
        event.records = data->records.size();
        event.bytes = data->body.size();
        event.last = !more_;
        watching.tell(event);
    }
    return page(std::move(data));
}

/// An object that was taken for a record, since it has no list, and that names the page that comes next, is none.
COREST_DECL void page_walk::check_envelope(const detail::page_data& at) const
{
    if (!is_one_object_) {
        return;
    }
    if (more_ && paginator_.window() == 0) {
        throw error(errc::selector_missing, "the page is one object without a list of records, and names a next page",
            "Set the selector to where the records are ('$' where each page is one):", remedy::selector);
    }
    if (paginator_.is_partial() && !collection_->guesses_one_page) { // a single page is wanted
        return;
    }
    if (const std::string stated = detail::next_page_stated_in(at.body.view()); !stated.empty()) {
        throw error(errc::selector_missing, "the page is one object without a list of records, and " + stated,
            "Set the selector to where the records are ('$' where each page is one), and a paginator that reads the "
            "rest:",
            remedy::selector);
    }
}

/// Has the guard look at the keys of some of a page's records, where there is another page.
COREST_DECL void page_walk::check_keys(const detail::page_data& data)
{
    const collection& walked = *collection_;
    const std::size_t samples = progress_guard::key_samples(data.records.size());
    if (walked.key.empty() || samples == 0 || !more_ || walked.max_pages != 0) {
        return;
    }
    std::array<std::uint64_t, 8> keys{};
    for (std::size_t i = 0; i < samples; ++i) {
        const detail::slice at = data.records[progress_guard::sample_at(i, samples, data.records.size())];
        std::optional<std::uint64_t> key;
        try {
            key = detail::page_checks::key_hash(data.body.view().substr(at.offset, at.size), walked.key);
        } catch (const error&) { // who stores it says what is wrong
        }
        if (!key) {
            return;
        }
        keys[i] = *key;
    }
    // Who states each next page may have its reasons to send a record again, as one that has changed.
    const bool may_end = (paginator_.window() != 0 && !paginator_.end_is_known()) || is_beyond_total();
    guard_.check_keys(std::span(keys).first(samples), may_end, detail::join_words(walked.key));
}

/// Whether there may be more than was asked for, by the user's own settings.
COREST_DECL bool page_walk::leaves_part_out(const detail::page_data& at) const
{
    return paginator_.is_partial() && !(collection_->guesses_one_page && detail::page_checks::is_list(at));
}

/// A page's body without its records.
COREST_DECL std::string page_walk::envelope_at(const detail::page_data& at, const json_path& records)
{
    const auto& slices = at.records;
    const std::size_t first = slices.empty() ? 0 : slices.front().offset;
    const std::size_t end = slices.empty() ? 0 : slices.back().offset + slices.back().size;
    return detail::envelope_of(at.body.view(), records, first, end);
}

/// Where nobody has said how the API pages: goes on at a link under a name of the API's own, and tells what was found.
COREST_DECL void page_walk::note_paging_found(const page_info& at, std::string_view envelope)
{
    if (!paginator_.finds_links()) {
        return;
    }
    std::string place = more_ ? paginator_.found() : std::string();
    // An empty page is the end, whatever follows it.
    if (const auto link = more_ || at.records == 0 ? std::nullopt : detail::find_next_link(envelope);
        link && detail::page_checks::may_follow(at.url, link->reference, collection_->api))
    {
        paginator_.follow(at, link->reference);
        more_ = true;
        place = link->path.text();
    }
    if (number_ == 1 && more_) {
        collection_->statistics->detected.add({mask("next page at " + place)});
    }
}

/// What the server says on a page of how much there is.
COREST_DECL detail::server_statements page_walk::statements_of(
    const detail::page_data& at, const headers& got, const json_path& records, std::string_view envelope) const
{
    detail::walk_end reached;
    reached.records = paging_records_;
    reached.pages = paging_pages_ - (at.records.empty() ? 1 : 0);
    reached.last_records = at.records.size();
    reached.headers = &got;
    reached.envelope = envelope;
    reached.records_path = &records;
    reached.counts_records = detail::is_counted_path(records, detail::page_checks::is_list(at));
    reached.guesses_paging = paginator_.finds_links() || collection_->guesses_one_page;
    return detail::read_statements(reached);
}

/// A response that is ignored ends a walk: what earlier pages have stated is held against what has come.
COREST_DECL void page_walk::compare_ignored(unsigned status)
{
    if (paging_pages_ == 0 || !is_counted_) {
        return;
    }
    std::vector<std::string> unmet;
    if (total_ && *total_ > paging_records_) {
        unmet.push_back("the total was " + detail::grouped(*total_) + ", and "
            + detail::counted(paging_records_, "record") + " came");
    } else if (!total_ && paginator_.window() == 0) { // it was asked for because the server has named it
        unmet.push_back("page " + std::to_string(number_) + ", which the page before it names, was answered with "
            + std::to_string(status) + ", which is ignored");
    }
    if (!unmet.empty()) {
        compare_with_statements({}, std::move(unmet));
    }
}

/// Says at the first page how many records the walk will have read, for who shows how far it is.
COREST_DECL void page_walk::note_expected(const detail::server_statements& stated)
{
    if (number_ == 1 && stated.total) {
        total_ = stated.total;
        ++collection_->statistics->expected_walks;
        collection_->statistics->expected_records += std::min(*stated.total, limit_);
    }
}

COREST_DECL void page_walk::compare_with_statements(detail::server_statements stated, std::vector<std::string> unmet)
{
    note_expected(stated);
    if (unmet.empty()) { // the paginator's own come first
        unmet = std::move(stated.unmet);
    }
    if (stated.total) {
        ++collection_->statistics->stated_walks;
        collection_->statistics->stated_records += *stated.total;
        collection_->statistics->stated_received += paging_records_;
    }
    if (unmet.empty()) {
        return;
    }
    says_more_ = true;
    if (tracker_) {
        tracker_->note_part();
    }
    std::string text = "the server says that there is more than was read: " + detail::join(unmet);
    if (collection_->must_be_complete) {
        throw error(errc::incomplete, std::move(text),
            "Name the paginator that reads the rest; single_page() says that one page is wanted");
    }
    collection_->statistics->incomplete.add(mask(text + ", in " + current_.method + " " + redact_url(first_.url)));
}

COREST_DECL walk_position page_walk::position() const
{
    walk_position reached;
    reached.pages = number_;
    reached.records = records_;
    reached.largest_page = collection_->statistics->largest_page;
    reached.fingerprint = guard_.fingerprint();
    reached.is_end = !more_;
    if (more_ && number_ != 0 && (!collection_->report || needs_report_)) {
        detail::part_position at(is_first_again_ ? std::nullopt : paginator_.position(), parts_);
        if (is_first_again_ || at.paginator) {
            reached.paginator = at.text();
        }
    }
    return reached;
}

COREST_DECL walk_position page_walk::position_within(
    walk_position before, std::uint64_t rows, std::uint64_t parts) const
{
    if (collection_->report || (before.pages != 0 && !before.paginator)) {
        before.paginator.reset(); // nobody can go on there
    } else {
        detail::part_position at =
            before.paginator ? detail::part_position(*before.paginator) : detail::part_position();
        at.rows = rows;
        at.parts += parts;
        before.paginator = at.text();
    }
    before.pages += parts;
    before.records += rows;
    return before;
}

/// Leaves the rows that are new, and decides where an incremental walk goes on.
COREST_DECL void page_walk::take_new(detail::page_data& data, std::uint64_t room)
{
    const tracked_page seen = tracker_->take(data.body.view(), data.records, room);
    collection_->statistics->dropped += seen.dropped;
    if (seen.is_crowded && collection_->incremental->knows_boundary()) {
        collection_->statistics->warnings.add({"more than " + std::to_string(cursor_tracker::most_hashes)
            + " records have the same " + collection_->incremental->field
            + ": some of them will come again in the next run; a finer cursor, or merge with a primary key, avoids "
              "that"});
    }
    const bool is_full = data.records.size() >= room;
    if (is_full && (seen.is_cut || (more_ && !seen.is_past_range))) { // a limit: there may be more
        more_ = false;
        end_cursor(tracker_->may_stop_early());
        return;
    }
    // A bound on pages or records was reached; who asks for a single page takes it for the whole.
    if (!more_ && (is_bounded_ || (paginator_.window() != 0 && paginator_.is_partial()))) {
        tracker_->note_part();
    }
    more_ = more_ && !seen.is_past_range;
    if (!more_) {
        end_paging();
        more_ = more_ && !is_full;
    } else if ((collection_->reset_after_pages != 0 && paging_pages_ >= collection_->reset_after_pages)
        || (collection_->reset_after_records != 0 && paging_records_ >= collection_->reset_after_records))
    {
        tracker_->reset_paging();
        begin_paging();
    }
}

COREST_DECL std::optional<walk_cursor> page_walk::cursor() const
{
    if (!tracker_) {
        return std::nullopt;
    }
    const bool is_final = is_final_ && !tracker_->state().is_common;
    return walk_cursor(collection_->incremental->field, partition(), tracker_->text(), is_final);
}

COREST_DECL std::string page_walk::mask(std::string text) const
{
    return collection_->api.watchers().mask(std::move(text));
}

COREST_DECL error_context page_walk::context(bool taken) const
{
    error_context context;
    context.resource = collection_->name;
    context.page = taken ? number_ : number_ + 1;
    if (bindings_) {
        context.parent = detail::page_checks::describe_parent(*bindings_, parent_page_, parent_index_);
    }
    context.method = current_.method;
    context.url = redact_url(current_.url);
    return context;
}

} // namespace corest
