#pragma once

/// \file
/// What is made of the responses that a rule is for. A new one is a file like this one's end, and a line in the list of
/// those that dictionaries know (source/schema/response_actions.hpp).

#include <corest/http/response.hpp>

#include <string_view>

namespace corest {

/// What a rule says of the responses that it is for. A value.
///
///     inline constexpr corest::response_action skip_quietly{"skip_quietly", "the walk ends without rows",
///         [](corest::response& got) { got.verdict = corest::response_verdict::ignore; }};
class response_action {
public:
    /// Says it in a response: by `response::verdict`, or by a status that the layers behind it know.
    using judgement = void (*)(response& got);

    /// \param action_name in dictionaries, and for people \param meaning a clause on it \param judges not null
    constexpr response_action(std::string_view action_name, std::string_view meaning, judgement judges) noexcept
        : name_(action_name),
          doc_(meaning),
          judge_(judges)
    {
    }

    [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; } ///< "ignore", "retry", ...
    [[nodiscard]] constexpr std::string_view doc() const noexcept { return doc_; }   ///< "as after a 503"
    /// Judges a response that a rule is for.
    void judge(response& got) const { judge_(got); }
    /// They have the same name.
    [[nodiscard]] friend constexpr bool operator==(const response_action& a, const response_action& b) noexcept
    {
        return a.name_ == b.name_;
    }

    static const response_action ignore;                   ///< the walk ends without a page, and is counted
    static const response_action retry;                    ///< sent again, as after a 503
    static const response_action fail;                     ///< an error, also of a status that is none
    static const response_action rate_limited;             ///< sent again after a pause for all, as after a 429
    static const response_action refresh_token_then_retry; ///< sent once more with new credentials, as after a 401

private:
    std::string_view name_;
    std::string_view doc_;
    judgement judge_;
};

inline constexpr response_action response_action::ignore{"ignore", "the walk ends without rows, and is counted",
    [](response& got) { got.verdict = response_verdict::ignore; }};
inline constexpr response_action response_action::retry{
    "retry", "as after a 503", [](response& got) { got.verdict = response_verdict::retry; }};
inline constexpr response_action response_action::fail{
    "fail", "an error", [](response& got) { got.verdict = response_verdict::fail; }};
inline constexpr response_action response_action::rate_limited{
    "rate_limited", "as after a 429", [](response& got) { got.verdict = response_verdict::rate_limited; }};
inline constexpr response_action response_action::refresh_token_then_retry{
    "refresh_token_then_retry", "as after a 401", [](response& got) { got.status = 401; }};

} // namespace corest
