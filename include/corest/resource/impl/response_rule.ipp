#pragma once

#include <corest/resource/response_rule.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>

namespace corest {

namespace detail {

/// The transport that `response_rules` adds.
class judging_transport {
public:
    judging_transport(any_transport next, response_rules rules) : next_(std::move(next)), rules_(std::move(rules)) {}

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        response got = co_await next_.send(std::move(r));
        rules_.judge(got);
        co_return got;
    }

private:
    any_transport next_;
    response_rules rules_;
};

} // namespace detail

COREST_DECL response_rule& response_rule::header(std::string field, std::string_view expression)
{
    auto compiled = detail::i_regexp::parse(expression);
    if (!compiled) {
        throw error(errc::invalid_argument, "'" + detail::printable(expression, 100) + "' is no regular expression",
            "Expressions are as RFC 9485 has them, with ^ and $ for the ends of the value");
    }
    headers_.emplace_back(std::move(field), std::string(expression), *std::move(compiled));
    return *this;
}

COREST_DECL bool response_rule::applies(const response& got) const
{
    if (status_ && got.status != *status_) {
        return false;
    }
    const std::string_view body = got.body.view();
    if (!content_.empty() && body.find(content_) == std::string_view::npos) {
        return false;
    }
    const bool has_headers = std::all_of(headers_.begin(), headers_.end(), [&](const header_match& wanted) {
        const auto value = got.headers.find(wanted.field);
        return value && wanted.compiled.occurs_in(*value);
    });
    if (!has_headers || !body_) {
        return has_headers;
    }
    try {
        validate(body, "the body");
        return body_->holds(body);
    } catch (const error&) {
        return false; // no JSON, of which nothing holds
    }
}

COREST_DECL std::string response_rule::text() const
{
    std::vector<std::string> parts;
    if (status_) {
        parts.push_back("status " + std::to_string(*status_));
    }
    if (!content_.empty()) {
        parts.push_back("content '" + detail::printable(content_, 60) + "'");
    }
    for (const header_match& wanted : headers_) {
        parts.push_back("header " + wanted.field + " like '" + detail::printable(wanted.expression, 60) + "'");
    }
    if (body_) {
        parts.push_back("body " + detail::printable(body_->text(), 60));
    }
    return (parts.empty() ? std::string("any response") : detail::join(parts)) + ": " + std::string(action_.name());
}

COREST_DECL void response_rules::judge(response& got) const
{
    const auto found =
        std::find_if(rules_.begin(), rules_.end(), [&](const response_rule& rule) { return rule.applies(got); });
    if (found == rules_.end()) {
        return;
    }
    found->action_.judge(got);
    if (!found->wait_header_.empty()) {
        got.wait_header = found->wait_header_;
    }
    if (found->message_path_) {
        try {
            const auto message = find_all(got.body.view(), *found->message_path_);
            got.said = message.empty() ? std::string() : to_text(message.front());
        } catch (const error&) {
            got.said.clear(); // no JSON
        }
    }
}

COREST_DECL response_rule graphql_errors()
{
    return response_rule(response_action::fail).body("$.errors[0]").message_path(json_path("errors[0].message"));
}

COREST_DECL client response_rules::apply(const client& api) const
{
    return api.with_transport(detail::judging_transport(api.transport(), *this));
}

} // namespace corest
