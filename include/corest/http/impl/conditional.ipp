#pragma once

#include <corest/http/conditional.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/detail/sha256.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace corest {

namespace detail {

namespace cache_rules {

/// True where the response to a request may be kept, and asked for under a condition.
inline bool is_plain_get(const request& r)
{
    constexpr std::array<std::string_view, 6> own = {
        "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"};
    return r.method == "GET" && r.body.empty() && !r.upload
        && std::none_of(own.begin(), own.end(), [&](std::string_view name) { return r.headers.contains(name); });
}

/// True where Cache-Control forbids to keep it (RFC 9111, section 5.2).
inline bool forbids_storing(const headers& fields)
{
    const std::vector<std::string> all = split_list(fields.joined("Cache-Control"));
    return std::any_of(all.begin(), all.end(), [](const std::string& one) { return iequals(one, "no-store"); });
}

/// The key of a request: a digest, so that neither a URL nor a credential shows in a store.
inline std::string key_of(const request& r, const std::string& scope)
{
    std::string text = scope + '\n' + r.url;
    for (const header& field : r.headers) {
        if (field.secret) {
            text += '\n' + field.name + ':' + field.value;
        }
    }
    return hexadecimal(sha256_of(text));
}

/// The fields of the request that Vary names (RFC 9111, section 4.1); none where it names everything.
inline std::optional<std::vector<std::pair<std::string, std::string>>> varying_fields(
    const request& r, const headers& got)
{
    std::vector<std::pair<std::string, std::string>> fields;
    for (std::string& name : split_list(got.joined("Vary"))) {
        if (name == "*") {
            return std::nullopt;
        }
        std::string value = r.headers.joined(name);
        fields.emplace_back(std::move(name), std::move(value));
    }
    return fields;
}

/// True where what is kept is the response to this request too.
inline bool is_for(const cached_response& kept, const request& r)
{
    return std::all_of(kept.varying.begin(), kept.varying.end(),
        [&](const auto& field) { return r.headers.joined(field.first) == field.second; });
}

/// What is to be kept; null where nothing is.
inline cached_pointer to_keep(const request& r, const response& got)
{
    const bool has_validator = got.headers.contains("ETag") || got.headers.contains("Last-Modified");
    if (got.status != 200 || !has_validator || forbids_storing(got.headers) || forbids_storing(r.headers)) {
        return nullptr;
    }
    auto varying = varying_fields(r, got.headers);
    if (!varying) {
        return nullptr;
    }
    auto kept = std::make_shared<cached_response>();
    kept->reason = got.reason;
    kept->headers = got.headers;
    kept->body = std::string(got.body.view());
    kept->varying = std::move(*varying);
    return kept;
}

/// The tag without the mark of a weak one: a GET compares weakly (RFC 9110, section 13.1.2).
inline std::string_view opaque_tag(std::string_view tag)
{
    return tag.substr(0, 2) == "W/" ? tag.substr(2) : tag;
}

/// True where a 304 speaks of what is kept (RFC 9111, section 4.3.4).
inline bool confirms(const response& got, const cached_response& kept)
{
    const auto said = got.headers.find("ETag");
    const auto own = kept.headers.find("ETag");
    return !said || !own || opaque_tag(*said) == opaque_tag(*own);
}

/// Takes over the fields of a 304 (RFC 9111, section 3.2). \return true where one has changed
inline bool update(headers& kept, const headers& news)
{
    constexpr std::array<std::string_view, 6> of_the_body = {
        "Content-Length", "Content-Encoding", "Content-Range", "Content-Type", "Transfer-Encoding", "Connection"};
    bool changed = false;
    for (const header& field : news) {
        const auto is_same = [&](std::string_view name) { return iequals(name, field.name); };
        if (std::none_of(of_the_body.begin(), of_the_body.end(), is_same) && kept.find(field.name) != field.value) {
            kept.erase(field.name);
            for (const header& each : news) {
                if (iequals(each.name, field.name)) {
                    kept.add_parsed(each.name, each.value);
                }
            }
            changed = true;
        }
    }
    return changed;
}

} // namespace cache_rules

/// The transport that `conditional` adds.
class conditional_transport {
public:
    conditional_transport(any_transport next, any_response_cache cache, std::string scope)
        : next_(std::move(next)),
          cache_(std::move(cache)),
          scope_(std::move(scope))
    {
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        if (!cache_rules::is_plain_get(r)) {
            co_return co_await next_.send(std::move(r));
        }
        const std::string key = cache_rules::key_of(r, scope_);
        const cached_pointer kept = co_await cache_.find(key);
        const bool asks = kept && cache_rules::is_for(*kept, r);
        request asked = r;
        if (asks) {
            set_conditions(asked, *kept);
        }
        response got = co_await next_.send(std::move(asked));
        if (asks && got.status == 304) {
            if (cache_rules::confirms(got, *kept)) {
                headers fields = kept->headers;
                if (cache_rules::update(fields, got.headers)) {
                    auto renewed = std::make_shared<cached_response>(*kept);
                    renewed->headers = fields;
                    co_await cache_.store(key, renewed);
                }
                got.headers = std::move(fields);
                got.status = 200;
                got.reason = kept->reason;
                got.body = padded_buffer(kept->body);
                got.not_modified = true;
                co_return got;
            }
            got = co_await next_.send(r);
        }
        cached_pointer fresh = cache_rules::to_keep(r, got);
        if (fresh) {
            co_await cache_.store(key, std::move(fresh));
        }
        co_return got;
    }

private:
    static void set_conditions(request& r, const cached_response& kept)
    {
        if (const auto tag = kept.headers.find("ETag")) {
            r.headers.set("If-None-Match", std::string(*tag));
        }
        if (const auto date = kept.headers.find("Last-Modified")) {
            r.headers.set("If-Modified-Since", std::string(*date));
        }
    }

    any_transport next_;
    any_response_cache cache_;
    std::string scope_;
};

} // namespace detail

COREST_DECL client conditional::apply(const client& api) const
{
    return api.with_transport(detail::conditional_transport(api.transport(), cache_, scope_));
}

} // namespace corest
