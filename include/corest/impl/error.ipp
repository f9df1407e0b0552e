#pragma once

#include <corest/error.hpp>

#include <corest/net.hpp>

#include <string_view>
#include <utility>

namespace corest {

namespace detail {

class errc_category final : public error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "corest"; }

    [[nodiscard]] std::string message(int value) const override
    {
        switch (static_cast<errc>(value)) {
        case errc::invalid_argument:
            return "invalid argument";
        case errc::invalid_source:
            return "the source is not valid";
        case errc::missing_secret:
            return "a secret is missing";
        case errc::resolve_failed:
            return "the host name could not be resolved";
        case errc::connect_failed:
            return "no connection";
        case errc::tls_failed:
            return "TLS failed";
        case errc::timeout:
            return "timed out";
        case errc::connection_lost:
            return "the connection was lost";
        case errc::protocol_error:
            return "malformed HTTP";
        case errc::limit_exceeded:
            return "a limit was exceeded";
        case errc::redirect_refused:
            return "redirect refused";
        case errc::origin_refused:
            return "origin not allowed";
        case errc::unexpected_status:
            return "unexpected status";
        case errc::unauthorized:
            return "credentials refused";
        case errc::token_failed:
            return "no usable token";
        case errc::not_json:
            return "the body is not JSON";
        case errc::selector_missing:
            return "the selector matches nothing";
        case errc::field_missing:
            return "a field is missing";
        case errc::wrong_type:
            return "a value has the wrong type";
        case errc::no_progress:
            return "pagination makes no progress";
        case errc::pagination_failed:
            return "pagination failed";
        case errc::destination_failed:
            return "the destination failed";
        case errc::incomplete:
            return "rows are missing";
        case errc::foreign_exception:
            return "an exception that is not corest's";
        }
        return "unknown error";
    }
};

} // namespace detail

COREST_DECL const error_category& corest_category() noexcept
{
    static const detail::errc_category category;
    return category;
}

COREST_DECL error_code make_error_code(errc code) noexcept
{
    return {static_cast<int>(code), corest_category()};
}

COREST_DECL std::string_view to_string(remedy setting) noexcept
{
    switch (setting) {
    case remedy::none:
        return {};
    case remedy::base_url:
        return "the client's base URL";
    case remedy::allowed_origins:
        return "http_options::allowed_origins";
    case remedy::credentials:
        return "the authenticator that authorize() was given";
    case remedy::token_url:
        return "the authenticator's token URL";
    case remedy::max_retries:
        return "backoff::max_retries";
    case remedy::retry_budget:
        return "retry::budget";
    case remedy::retry_after_limit:
        return "backoff::retry_after_limit";
    case remedy::rate_limit_wait:
        return "rate_limit::max_wait";
    case remedy::report_timeout:
        return "poll::timeout";
    case remedy::ignored_statuses:
        return "ignore_status({404})";
    case remedy::selector:
        return "select(\"path\")";
    case remedy::time_limits:
        return "http_options::limits";
    case remedy::connections:
        return "http_options::connections_per_origin";
    case remedy::proxy:
        return "http_options::proxy";
    case remedy::trusted_roots:
        return "http_options::ca_file";
    case remedy::client_certificate:
        return "http_options::client_cert_file and client_key_file";
    case remedy::max_redirects:
        return "http_options::max_redirects";
    case remedy::header_limit:
        return "http_options::header_limit";
    case remedy::body_limit:
        return "http_options::body_limit";
    case remedy::decoded_limit:
        return "http_options::decoded_limit";
    case remedy::memory_limit:
        return "http_options::memory_limit";
    case remedy::decoded_ratio:
        return "http_options::decoded_ratio";
    case remedy::compression:
        return "http_options::accept_gzip = false";
    case remedy::columns:
        return "table::schema";
    case remedy::schema_contract:
        return "table::schema's contract";
    }
    return {};
}

COREST_DECL error::error(errc code, std::string message, std::string hint)
    : error(code, std::move(message), std::move(hint), error_context{})
{
}

COREST_DECL error::error(errc code, std::string message, std::string hint, error_context context)
    : system_error(make_error_code(code)),
      code_(code),
      message_(std::move(message)),
      hint_(std::move(hint)),
      advice_(hint_.size()),
      context_(std::move(context))
{
    compose();
}

COREST_DECL error::error(
    errc code, std::string message, std::string hint, corest::remedy setting, error_context context)
    : error(code, std::move(message), {}, std::move(context))
{
    set_hint(std::move(hint), setting);
}

COREST_DECL void error::add(const error_context& more)
{
    const auto fill = [](auto& known, const auto& value) {
        if (known == std::decay_t<decltype(known)>{}) {
            known = value;
        }
    };
    fill(context_.resource, more.resource);
    fill(context_.page, more.page);
    fill(context_.parent, more.parent);
    fill(context_.method, more.method);
    fill(context_.url, more.url);
    fill(context_.status, more.status);
    fill(context_.attempts, more.attempts);
    fill(context_.elapsed, more.elapsed);
    fill(context_.cause, more.cause);
    compose();
}

COREST_DECL void error::set_hint(std::string hint, corest::remedy setting)
{
    hint_ = std::move(hint);
    advice_ = hint_.size();
    remedy_ = setting;
    name_remedy(to_string(setting));
}

COREST_DECL void error::name_remedy(std::string_view name)
{
    if (remedy_ != corest::remedy::none) {
        hint_.resize(advice_);
        hint_ += (hint_.empty() ? "" : " ") + std::string(name);
    }
    compose();
}

COREST_DECL void error::rewrite(const std::function<std::string(std::string)>& change)
{
    const std::string name = hint_.substr(advice_); // of the remedy
    message_ = change(std::move(message_));
    hint_ = change(advice());
    advice_ = hint_.size();
    hint_ += name;
    context_.url = change(std::move(context_.url));
    context_.parent = change(std::move(context_.parent));
    context_.cause = change(std::move(context_.cause));
    compose();
}

COREST_DECL void error::compose()
{
    text_.clear();
    if (!context_.resource.empty()) {
        text_ += "resource '" + context_.resource + "'";
        if (context_.page != 0) {
            text_ += ", page " + std::to_string(context_.page);
        }
        if (!context_.parent.empty()) {
            text_ += ", of " + context_.parent;
        }
        text_ += ": ";
    }
    text_ += message_;
    if (!context_.url.empty()) {
        text_ += " (" + (context_.method.empty() ? std::string("GET") : context_.method) + " " + context_.url;
        if (context_.status != 0) {
            text_ += ", status " + std::to_string(context_.status);
        }
        if (context_.attempts > 1) {
            text_ += ", after " + std::to_string(context_.attempts) + " attempts";
        }
        if (context_.elapsed >= std::chrono::seconds(1)) {
            const auto tenths = context_.elapsed.count() / 100;
            text_ += (context_.attempts > 1 ? " in " : ", after ") + std::to_string(tenths / 10) + "."
                + std::to_string(tenths % 10) + " s";
        }
        text_ += ")";
    }
    if (!context_.cause.empty()) {
        text_ += ": " + context_.cause;
    }
    if (!hint_.empty()) {
        text_ += ". " + hint_;
    }
    if (!text_.empty() && std::string_view(".?!").find(text_.back()) == std::string_view::npos) {
        text_ += '.';
    }
}

COREST_DECL bool is_cancellation(const std::exception_ptr& e) noexcept
{
    if (!e) {
        return false;
    }
    try {
        std::rethrow_exception(e);
    } catch (const system_error& s) {
        return s.code() == net::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

COREST_DECL error_code code_of(const std::exception_ptr& e) noexcept
{
    if (!e) {
        return {};
    }
    try {
        std::rethrow_exception(e);
    } catch (const system_error& s) {
        return s.code();
    } catch (...) {
        return errc::foreign_exception;
    }
}

COREST_DECL std::string describe(const std::exception_ptr& e)
{
    if (!e) {
        return {};
    }
    try {
        std::rethrow_exception(e);
    } catch (const error& own) {
        return own.what();
    } catch (const system_error& s) {
        // Without a text of its own, what() is the code's message and more that is for programmers.
        const std::string_view text = s.what();
        std::string message = s.code().message();
        return text.starts_with(message) ? message : std::string(text);
    } catch (const std::exception& s) {
        return s.what();
    } catch (...) {
        return "unknown exception";
    }
}

} // namespace corest
