#pragma once

#include <corest/source/run/api_failure.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/resource_keys.hpp>

#include <string>

namespace corest::source::detail {

namespace failure_text {

/// The keys of the dictionary that a setting has; where it has none, what programs call it. Empty for `none`.
[[nodiscard]] COREST_DECL std::string keys_of(remedy setting)
{
    const auto client = [](auto... keys) { return join_key(std::string(key_name::client), keys...); };
    switch (setting) {
    case remedy::none:
        return {};
    case remedy::base_url:
        return client(key_name::base_url);
    case remedy::allowed_origins:
        return client(key_name::allowed_origins);
    case remedy::credentials:
        return client(key_name::auth);
    case remedy::token_url:
        return client(key_name::auth, key_name::token_url);
    case remedy::max_retries:
        return client(key_name::retry, key_name::max_retries);
    case remedy::retry_budget:
        return client(key_name::retry, key_name::budget);
    case remedy::retry_after_limit:
        return client(key_name::retry, key_name::retry_after_limit);
    case remedy::rate_limit_wait:
        return client(key_name::rate_limit, key_name::max_wait);
    case remedy::selector:
        return join_key(std::string(key_name::endpoint), key_name::data_selector);
    case remedy::time_limits:
        return client(key_name::timeout);
    case remedy::connections:
        return client(key_name::concurrency);
    case remedy::proxy:
        return client(key_name::proxy);
    case remedy::trusted_roots:
        return client(key_name::ca_file);
    case remedy::compression:
        return client(key_name::headers) + ": {\"Accept-Encoding\": \"identity\"}";
    case remedy::client_certificate:
        return client(key_name::tls, key_name::client_cert_file) + " and " + std::string(key_name::client_key_file);
    case remedy::max_redirects:
        return client(key_name::limits, key_name::redirects);
    case remedy::header_limit:
        return client(key_name::limits, key_name::header);
    case remedy::body_limit:
        return client(key_name::limits, key_name::body);
    case remedy::decoded_limit:
        return client(key_name::limits, key_name::decoded);
    case remedy::memory_limit:
        return client(key_name::limits, key_name::memory);
    case remedy::decoded_ratio:
        return client(key_name::limits, key_name::ratio);
    case remedy::columns:
        return std::string(key_name::columns);
    case remedy::schema_contract:
        return std::string(key_name::schema_contract);
    case remedy::report_timeout:
        return join_key(std::string(key_name::endpoint), key_name::poll, key_name::timeout);
    case remedy::ignored_statuses:
        return join_key(std::string(key_name::endpoint), key_name::response_actions) + ": [{\""
            + std::string(key_name::status_code) + "\": 404, \"" + std::string(key_name::action) + "\": \""
            + std::string(response_action::ignore.name()) + "\"}]";
    }
    return {};
}

} // namespace failure_text

COREST_DECL bool concerns_whole_api(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        switch (e.kind()) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::tls_failed:
        case errc::token_failed:
            return true;
        case errc::unauthorized:
            return e.context().status == 401;
        default:
            return false;
        }
    } catch (...) {
        return true;
    }
}

COREST_DECL std::exception_ptr presentable_failure(const std::exception_ptr& failure, const conceal& hidden)
{
    try {
        std::rethrow_exception(hidden.mask(failure));
    } catch (const error& masked) {
        error e = masked;
        const bool unreachable = e.kind() == errc::resolve_failed || e.kind() == errc::connect_failed;
        if (unreachable && e.remedy() == remedy::none) {
            e.set_hint((e.hint().empty() ? "" : e.hint() + ". ") + "The address is", remedy::base_url);
        }
        e.name_remedy(failure_text::keys_of(e.remedy()));
        return std::make_exception_ptr(e);
    } catch (...) { // a cancellation, or what a program's own part has thrown
        return std::current_exception();
    }
}

} // namespace corest::source::detail
