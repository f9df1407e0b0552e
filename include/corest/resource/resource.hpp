#pragma once

/// \file
/// A resource: an endpoint that lists things, as a value to compose. Walking it makes a generator.
///
///     auto projects = get(api, "/projects") | paginate(offset(100)) | select("data");
///     auto samples  = projects | expand("/projects/<id>/samples").concurrency(8) | paginate(offset(100))
///                              | select("data");
///     auto records  = samples.records();

#include <corest/async_generator.hpp>
#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/detail/member_name.hpp>
#include <corest/http/client.hpp>
#include <corest/http/headers.hpp>
#include <corest/incremental/cursor_rules.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/standard_links.hpp>
#include <corest/resource/detail/checked_path.hpp>
#include <corest/resource/poll.hpp>
#include <corest/resource/record_step.hpp>
#include <corest/resource/record_stream.hpp>
#include <corest/resource/walk_cursor.hpp>
#include <corest/resource/walk_statistics.hpp>
#include <corest/select/body_decoder.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/page.hpp>
#include <corest/select/selector.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

class expansion;
class resource;
class tree;

namespace detail {

class call_gate;
/// Makes pages, and calls functions of the user's through the gate only.
using page_maker = std::function<async_generator<page>(std::shared_ptr<call_gate>)>;

/// A child of each record of pages that are made, not asked for.
/// \param pages called once for each walk
/// \throws error (invalid_argument) where it is not said which API to ask
[[nodiscard]] COREST_DECL resource expand_made(page_maker pages, const expansion& child);
/// The name that all placeholders have. \throws error (invalid_argument) where they have several names
[[nodiscard]] COREST_DECL std::string only_placeholder(const expansion& child);

} // namespace detail

/// How a child resource is made of its parent; users write `expand`.
///
/// The last placeholder is filled from each of the parent's records: from the field of that name, or, where the record
/// has none, from the field named by what follows the placeholder's last `_` (`project_id` -> `id`; `inferred_field`).
/// Earlier placeholders are taken over from the parent's own ones (`inherited_placeholders`). `bind` says it
/// explicitly. Values are percent-encoded as one path segment.
class expansion {
public:
    /// \param path `<name>` and `{name}` are placeholders
    explicit expansion(std::string path) : path_(std::move(path)) {}
    /// A child at an API of its own; behind values, which have none (`adapt/expand.hpp`).
    /// \param api is asked \param path as for the other one
    expansion(client api, std::string path) : api_(std::move(api)), path_(std::move(path)) {}

    /// How many parents' children are read at once; 8 by default. Memory depends on it, not on the number of parents.
    expansion& concurrency(std::size_t n)
    {
        concurrency_ = n;
        return *this;
    }
    /// Pages come in the order of the parents, rather than as they arrive.
    expansion& ordered(bool enabled = true)
    {
        ordered_ = enabled;
        return *this;
    }
    /// How many of the parent's records one request is for; 1 by default. A placeholder then holds the values of so
    /// many records, joined by commas, as in `/users?ids=<id>`; a group ends with its page. Which of them a record
    /// belongs to is not known: it has no parent, and its rows no columns of one.
    expansion& group_size(std::size_t n)
    {
        group_size_ = n;
        return *this;
    }
    /// A parent's record that lacks the field of a placeholder, or has null or an empty text there, has no children. By
    /// default it is an error (field_missing). How many there were is in `statistics().lacking`.
    expansion& skip_missing(bool enabled = true)
    {
        skips_missing_ = enabled;
        return *this;
    }
    /// Fills a placeholder from this field of the parent's record.
    expansion& bind(std::string placeholder, std::string field)
    {
        binds_.emplace_back(std::move(placeholder), std::move(field));
        return *this;
    }

private:
    friend class resource;
    friend resource detail::expand_made(detail::page_maker pages, const expansion& child);
    friend std::string detail::only_placeholder(const expansion& child);
    std::optional<client> api_; ///< none: the parent's
    std::string path_;
    std::size_t concurrency_ = 8;
    std::size_t group_size_ = 1;
    bool ordered_ = false;
    bool skips_missing_ = false;
    std::vector<std::pair<std::string, std::string>> binds_;
};

/// A child of each of the parent's records: `parent | expand("/projects/<id>/samples")`. What can be set is in
/// `expansion`.
///
/// A path that is a template argument is read while the program compiles, which fails where the path is wrong. With the
/// struct that the parent's records are read into, it fails too where that has no field for the last placeholder; the
/// fields are its members by their names in JSON (select/rename.hpp, and resource/parent_fields.hpp, which
/// <corest/corest.hpp> includes):
///
///     projects | expand<"/projects/<id>/samples">()
///     projects | expand<"/projects/<id>/samples", project>().concurrency(8)
///
/// \tparam Path empty: it is given to the constructor
/// \tparam Parent described with BOOST_DESCRIBE_STRUCT; void: the fields are not known
template <detail::path_literal Path = "", class Parent = void>
class expand : public expansion {
    static constexpr bool is_checked_ = detail::check_path<Path, Parent>();

public:
    /// \param path `<name>` and `{name}` are placeholders
    explicit expand(std::string path)
        requires(Path.view().empty())
        : expansion(std::move(path))
    {
    }
    /// A child at an API of its own; behind values, which have none (`adapt/expand.hpp`).
    /// \param api is asked \param path as for the other one
    expand(client api, std::string path)
        requires(Path.view().empty())
        : expansion(std::move(api), std::move(path))
    {
    }
    /// Of a path that is a template argument.
    expand()
        requires(!Path.view().empty())
        : expansion(std::string(Path.view()))
    {
        static_assert(is_checked_);
    }
    /// As the other one, at an API of its own. \param api is asked
    explicit expand(client api)
        requires(!Path.view().empty())
        : expansion(std::move(api), std::string(Path.view()))
    {
        static_assert(is_checked_);
    }
};

/// A resource. Holds no progress: every call of `pages()` or `records()` starts a walk of its own. Cheap to copy.
class resource {
public:
    /// A root resource: no parent. See `get` and `post`.
    COREST_DECL resource(client api, std::string method, std::string path, std::string body = {});

    /// Walks over whole pages: a `tree` that is one branch, of which the leaf's pages are handed out. Everything that
    /// the walk starts ends with the generator.
    /// \throws the first failure of this resource or one above it: error as `walk_steps`, and as `bind_field`
    [[nodiscard]] COREST_DECL async_generator<page> pages() const;
    /// Walks over records.
    [[nodiscard]] record_stream records() const { return record_stream(pages()); }

    /// \name The parts, each giving a changed copy. Adapters (`| paginate(...)`) call these.
    /// @{
    [[nodiscard]] COREST_DECL resource with_paginator(any_paginator p) const;                  ///< `paginate`
    [[nodiscard]] COREST_DECL resource with_selector(selector s) const;                        ///< `select`
    [[nodiscard]] COREST_DECL resource with_decoder(body_decoder d) const;                     ///< `read_body`
    [[nodiscard]] COREST_DECL resource with_limit(std::uint64_t records) const;                ///< `limit`
    [[nodiscard]] COREST_DECL resource with_max_pages(std::uint64_t pages) const;              ///< `max_pages`
    [[nodiscard]] COREST_DECL resource with_record_step(record_step step) const;               ///< `sift`, `explode`
    [[nodiscard]] COREST_DECL resource with_name(std::string name) const;                      ///< `named`
    [[nodiscard]] COREST_DECL resource with_query(std::string name, std::string value) const;  ///< `query`
    [[nodiscard]] COREST_DECL resource with_header(std::string name, std::string value) const; ///< `with_header`
    /// `ignore_status`
    [[nodiscard]] COREST_DECL resource with_ignored_statuses(const std::vector<unsigned>& statuses) const;
    [[nodiscard]] COREST_DECL resource with_child(const expansion& child) const; ///< `expand`
    [[nodiscard]] COREST_DECL resource with_completeness() const;                ///< `require_complete`
    /// For `poll`. \throws error (invalid_argument) where a placeholder of its paths is none of the resource's own
    [[nodiscard]] COREST_DECL resource with_report(const poll& settings) const;
    /// `incremental`. \param rules checked \param states may be null \param start_param a parameter for the start
    /// value; empty: none \param end_param the same of the end value \param reset_after_pages 0: paging does not begin
    /// anew
    [[nodiscard]] COREST_DECL resource with_incremental(std::shared_ptr<const cursor_rules> rules,
        std::shared_ptr<cursor_reader> states, const std::string& start_param, const std::string& end_param,
        std::uint64_t reset_after_pages) const;
    /// @}

    /// What its walks have counted so far.
    [[nodiscard]] COREST_DECL const walk_statistics& statistics() const;

    /// The collections that it is made of, from the root to its own, which is the last (resource/tree.hpp).
    [[nodiscard]] COREST_DECL tree as_tree() const;

private:
    friend resource detail::expand_made(detail::page_maker pages, const expansion& child);
    struct definition;
    explicit resource(std::shared_ptr<const definition> d) : definition_(std::move(d)) {}

    std::shared_ptr<const definition> definition_;
};

/// `GET base/path`, one page or following the standard next links until told otherwise.
[[nodiscard]] inline resource get(const client& api, std::string path)
{
    return {api, "GET", std::move(path)};
}

/// `POST base/path` with a JSON body, declared to do no harm when repeated: a search, not a creation.
[[nodiscard]] inline resource post(const client& api, std::string path, std::string json_body)
{
    return {api, "POST", std::move(path), std::move(json_body)};
}

/// Adds an adapter: any object with `resource apply(const resource&) const`.
template <class Adapter>
    requires requires(const Adapter& adapter, const resource& r) {
        {
            adapter.apply(r)
        } -> std::same_as<resource>;
    }
[[nodiscard]] resource operator|(const resource& r, const Adapter& adapter)
{
    return adapter.apply(r);
}

/// A child resource of each of the records.
[[nodiscard]] inline resource operator|(const resource& r, const expansion& child)
{
    return r.with_child(child);
}

/// Its pages are those of a report that must be waited for.
[[nodiscard]] inline resource operator|(const resource& r, const poll& settings)
{
    return r.with_report(settings);
}

/// Adapter: how to get from page to page.
class paginate {
public:
    /// \param p each walk drives a copy of it
    explicit paginate(any_paginator p) : paginator_(std::move(p)) {}
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, paginate>) && (!std::convertible_to<T, any_paginator>)
    explicit paginate(T&&) : paginate(detail::unmade<any_paginator>())
    {
        detail::explain_paginator<std::remove_cvref_t<T>>();
    }
    [[nodiscard]] resource apply(const resource& r) const { return r.with_paginator(paginator_); } ///< for `|`

private:
    any_paginator paginator_;
};

/// Does not compile, and says what to write: a paginator becomes an adapter by `paginate`. Any operator of a
/// paginator's own goes before it.
template <std::same_as<resource> Resource, class T>
    requires detail::prepares_requests<T> && detail::advances_by_pages<T>
void operator|(const Resource&, const T&)
{
    static_assert(detail::is_never_made<T>,
        "a paginator is no adapter yet, wrap it: resource | paginate(offset(...)), or whichever paginator it is");
}

namespace detail {

template <class T>
concept layer_of_clients = requires(const T& layer, const client& c) {
    {
        layer.apply(c)
    } -> std::same_as<client>;
};

} // namespace detail

/// Does not compile, and says what to write: credentials and layers belong to the client that a resource is made of.
template <std::same_as<resource> Resource, class T>
    requires authenticator<T> || detail::layer_of_clients<T>
void operator|(const Resource&, const T&)
{
    static_assert(!authenticator<T>,
        "credentials belong to the client, wrap them there: get(client | authorize(bearer(...)), path)");
    static_assert(!detail::layer_of_clients<T>,
        "a layer belongs to the client, put it there: get(client | retry(...), path), or whichever layer it is");
}

/// Adapter: where the records are in the body.
class select {
public:
    /// \param s a path such as "data.items"
    explicit select(selector s) : selector_(std::move(s)) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_selector(selector_); } ///< for `|`

private:
    selector selector_;
};

/// Adapter: in what form the bodies are, where `Content-Type` does not say it.
///
///     get(api, "/report.csv") | read_body(csv_rows().delimiter(';'))
class read_body {
public:
    /// \param d `body_format::json_lines`, `csv_rows()`, ...
    explicit read_body(body_decoder d) : decoder_(std::move(d)) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_decoder(decoder_); } ///< for `|`

private:
    body_decoder decoder_;
};

/// Adapter: at most this many records per walk of a collection; no page beyond is requested.
class limit {
public:
    /// \param records of each walk; of a child resource, of each parent's
    explicit limit(std::uint64_t records) : records_(records) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_limit(records_); } ///< for `|`

private:
    std::uint64_t records_;
};

/// Adapter: at most this many pages per walk of a collection, whatever the paginator. What is cut off is not told of.
class max_pages {
public:
    /// \param pages of each walk, at least 1
    explicit max_pages(std::uint64_t pages) : pages_(pages) {}
    /// For `|`. \throws error (invalid_argument) where it is 0
    [[nodiscard]] resource apply(const resource& r) const { return r.with_max_pages(pages_); }

private:
    std::uint64_t pages_;
};

/// Adapter: only the records of which a condition holds, before they are handed out or children are read of them.
/// (`filter` takes a function, and is for what has been read.)
///
///     repos | sift("@.archived == false") | expand("/repos/<id>/issues")
class sift {
public:
    /// \param condition `@` is the record, `$` the body
    explicit sift(json_condition condition) : condition_(std::move(condition)) {}
    /// As from a text. \throws error (invalid_argument) as `json_condition`
    explicit sift(std::string_view condition) : condition_(condition) {}
    [[nodiscard]] resource apply(const resource& r) const ///< for `|`
    {
        return r.with_record_step(record_step::filter(condition_));
    }

private:
    json_condition condition_;
};

/// Adapter: in place of each record the elements of a list in it.
///
///     orders | explode("lines.data").keep_record()
class explode {
public:
    /// \param list where it stands in the record
    explicit explode(json_path list) : list_(std::move(list)) {}
    /// Each object that is made has the record that it was made of in `original_record`.
    explode& keep_record(bool enabled = true) { return keeps_record_ = enabled, *this; }
    /// A record without the list, or with an empty one, stays as it is; otherwise it is left out.
    explode& keep_childless(bool enabled = true) { return keeps_childless_ = enabled, *this; }
    [[nodiscard]] resource apply(const resource& r) const ///< for `|`
    {
        return r.with_record_step(record_step::expand(list_, keeps_record_, keeps_childless_));
    }

private:
    json_path list_;
    bool keeps_record_ = false;
    bool keeps_childless_ = false;
};

/// Adapter: statuses that are no failures. A response with one of them ends its walk without a page, and is counted
/// (`walk_statistics::ignored`); of a child resource the walks of other parents go on:
///
///     projects | expand("/projects/<id>/samples") | ignore_status({404, 410})
class ignore_status {
public:
    /// \param statuses of 300 to 599, in addition to those that are ignored already
    explicit ignore_status(std::vector<unsigned> statuses) : statuses_(std::move(statuses)) {}
    /// For `|`. \throws error (invalid_argument) where one of them is no status of a failure
    [[nodiscard]] resource apply(const resource& r) const { return r.with_ignored_statuses(statuses_); }

private:
    std::vector<unsigned> statuses_;
};

/// Adapter: a walk of which the server itself says that there is more than it has sent (a total, has_more, a next page
/// that nobody asked for) ends with an error (`errc::incomplete`). Without it such walks are counted, with what was
/// stated, in `walk_statistics::incomplete`. Nothing is said where a part was left out on purpose: by `limit`, a bound
/// of the paginator's, `single_page()`.
///
///     projects | require_complete()
class require_complete {
public:
    require_complete() = default;
    [[nodiscard]] resource apply(const resource& r) const { return r.with_completeness(); } ///< for `|`
};

/// Adapter: the name for messages, and for the columns of children (`_<name>_<field>`).
class named {
public:
    /// \param name as in "projects"
    explicit named(std::string name) : name_(std::move(name)) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_name(name_); } ///< for `|`

private:
    std::string name_;
};

/// Adapter: a query parameter of every request.
class query {
public:
    /// Both are percent-encoded. \param name of the parameter \param value of it
    query(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value)) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_query(name_, value_); } ///< for `|`

private:
    std::string name_;
    std::string value_;
};

/// Adapter: a header of every request.
class with_header {
public:
    /// \param name of the header \param value of it
    with_header(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value)) {}
    [[nodiscard]] resource apply(const resource& r) const { return r.with_header(name_, value_); } ///< for `|`

private:
    std::string name_;
    std::string value_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/resource.ipp>
#endif
