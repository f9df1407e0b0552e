#pragma once

/// \file
/// Rules by which responses are judged: which are failures, which are to be tried again, which end a walk quietly.

#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/response.hpp>
#include <corest/resource/response_action.hpp>
#include <corest/select/i_regexp.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// One rule. What is given must all hold of a response.
///
///     corest::response_rule(corest::response_action::retry).body("$.status == 'busy'")
class response_rule {
public:
    /// \param what is done with such a response
    explicit response_rule(response_action what) : action_(what) {}

    /// Its status.
    response_rule& status(unsigned code) { return status_ = code, *this; }
    /// A part of its body's text.
    response_rule& content(std::string part) { return content_ = std::move(part), *this; }
    /// A header field is there whose value has a match. \param field its name
    /// \param expression as RFC 9485 has it, with `^` and `$` for the value's ends
    /// \throws error (invalid_argument) where it is none
    COREST_DECL response_rule& header(std::string field, std::string_view expression);
    /// Its body is JSON, of which the condition holds.
    response_rule& body(json_condition condition) { return body_ = std::move(condition), *this; }
    /// As from a text. \throws error (invalid_argument) as `json_condition`
    response_rule& body(std::string_view condition) { return body(json_condition(condition)); }
    /// Of `fail`: where the API's own message stands in the body.
    response_rule& message_path(json_path path) { return message_path_ = std::move(path), *this; }
    /// Of `retry` and `rate_limited`: the header field that says how long to wait: seconds, a moment since 1970, or an
    /// HTTP date.
    response_rule& wait_header(std::string field) { return wait_header_ = std::move(field), *this; }

    /// Whether it is for a response.
    [[nodiscard]] COREST_DECL bool applies(const response& got) const;
    /// What is done with such a response.
    [[nodiscard]] response_action action() const noexcept { return action_; }
    /// The status that it is for; none: of any.
    [[nodiscard]] std::optional<unsigned> status() const noexcept { return status_; }
    /// True where nothing is asked but the status.
    [[nodiscard]] bool is_plain() const noexcept { return status_ && content_.empty() && headers_.empty() && !body_; }
    /// True where nothing is asked at all: it is for every response.
    [[nodiscard]] bool is_empty() const noexcept { return !status_ && content_.empty() && headers_.empty() && !body_; }
    /// The rule for people: "status 404: ignore".
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    friend class response_rules;

    response_action action_;
    std::optional<unsigned> status_;
    std::string content_;
    class header_match {
    public:
        header_match(std::string name, std::string text, detail::i_regexp made)
            : field(std::move(name)),
              expression(std::move(text)),
              compiled(std::move(made))
        {
        }
        std::string field;
        std::string expression;
        detail::i_regexp compiled;
    };
    std::vector<header_match> headers_;
    std::optional<json_condition> body_;
    std::optional<json_path> message_path_;
    std::string wait_header_;
};

/// The rule for GraphQL APIs, which answer 200 and say in `errors` what has failed: such a response is an error, with
/// the API's message, also where `data` holds a part, as rows would be missing without a word.
/// See https://spec.graphql.org/October2021/#sec-Errors
[[nodiscard]] COREST_DECL response_rule graphql_errors();

/// Layer: judges each response by the first rule that is for it, and leaves others as they are. It belongs before
/// `authorize`, which gets new credentials, and `retry`:
///
///     api | response_rules({response_rule(response_action::rate_limited).status(403).header("X-Left", "^0$")})
///         | authorize(...) | retry()
class response_rules {
public:
    /// \param rules in their order
    explicit response_rules(std::vector<response_rule> rules) : rules_(std::move(rules)) {}

    /// For `|`.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;
    /// Writes what the first rule that is for it says into a response.
    COREST_DECL void judge(response& got) const;

private:
    std::vector<response_rule> rules_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/response_rule.ipp>
#endif
