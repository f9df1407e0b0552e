#pragma once

/// \file
/// The concept of the folder: a retry policy says which failures are tried again, how often, and after how long. It
/// does no I/O; time and chance are handed in.

#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/error.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest {

/// How an attempt ended.
class attempt_outcome {
public:
    /// A response came.
    attempt_outcome(unsigned with_status, std::optional<std::chrono::milliseconds> asked_wait, bool may_repeat)
        : status(with_status),
          retry_after(asked_wait),
          repeatable(may_repeat)
    {
    }
    /// An error came instead; `with_status` is that of a token endpoint, where it was one.
    attempt_outcome(errc with_failure, unsigned with_status, bool may_repeat)
        : status(with_status),
          failure(with_failure),
          repeatable(may_repeat)
    {
    }

    unsigned status = 0;         ///< of the response or, of a failure, of the token endpoint; 0: there was none
    std::optional<errc> failure; ///< empty where a response came
    std::optional<std::chrono::milliseconds> retry_after; ///< what the server asked for
    bool repeatable = true;                               ///< sending it again does no harm
    /// A rule of the user's asks for another attempt, whatever the status.
    bool is_demanded = false;
};

/// What follows an attempt.
class retry_decision {
public:
    /// What to do next.
    enum class action {
        finish,  ///< hand out what came
        again,   ///< send it once more, after `wait`
        too_long ///< the server asks for a longer wait than is allowed: an error
    };
    /// \param next_action what to do
    /// \param first_wait the wait before that
    /// \param longest_wait of `too_long`: what is allowed
    retry_decision(
        action next_action, std::chrono::milliseconds first_wait, std::chrono::milliseconds longest_wait = {})
        : next(next_action),
          wait(first_wait),
          limit(longest_wait)
    {
    }

    action next;                     ///< what to do
    std::chrono::milliseconds wait;  ///< of `again`: how long; of `too_long`: what the server asked for
    std::chrono::milliseconds limit; ///< of `too_long`: what is allowed
};

namespace detail {

template <class T>
concept decides_retries = requires(const T& policy, unsigned attempts, const attempt_outcome& outcome, double chance) {
    {
        policy.decide(attempts, outcome, chance)
    } -> std::same_as<retry_decision>;
};

struct decide_name {
    int decide;
};
template <class T>
concept names_decide =
    (can_be_base<T> && !requires { &with_name<T, decide_name>::decide; }) || requires { &T::decide; };

} // namespace detail

/// Models: a value that decides without I/O.
///
/// - `decide(attempts, outcome, chance) const -> retry_decision`: what follows an attempt. `attempts` is how many were
///   made, from 1; `outcome` is how the last one ended; `chance` is a random number in [0, 1), for waits that are to
///   differ. The layer asks only where the request may be repeated (`outcome.repeatable`), and where no more than
///   corest's own errors is in the way: a cancellation always ends a request.
///
/// All requests of the clients that a layer is applied to ask the same policy, on their executor's thread. One that
/// remembers (a budget of retries, say) keeps what it remembers behind a shared_ptr, since policies are copied.
template <class T>
concept retry_policy =
    detail::decides_retries<T> && std::copyable<T>; // last: the layer itself is copied, and made of any policy

namespace detail {

/// Says at compile time what a type lacks to be a retry policy.
template <class T>
constexpr void explain_retry_policy()
{
    static_assert(decides_retries<T>,
        "this retry policy lacks decide(unsigned attempts, const attempt_outcome&, double chance) const, which returns "
        "a "
        "retry_decision");
    static_assert(std::copyable<T>,
        "this retry policy cannot be copied: keep what it remembers behind a shared_ptr, and give it a copy "
        "constructor and assignment");
}

} // namespace detail

/// A retry policy of any type. Copies share it.
class any_retry_policy {
public:
    /// Takes a policy over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_retry_policy>) && retry_policy<std::remove_cvref_t<T>>
    any_retry_policy(T&& policy) : self_(std::make_shared<const model<std::remove_cvref_t<T>>>(std::forward<T>(policy)))
    {
    }

    /// Does not compile, and says what is missing: for a type that has a `decide`, but not as it has to be.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_retry_policy>)
        && detail::names_decide<std::remove_cvref_t<T>> && (!retry_policy<std::remove_cvref_t<T>>)
    any_retry_policy(T&&)
    {
        detail::explain_retry_policy<std::remove_cvref_t<T>>();
    }

    /// What follows an attempt.
    [[nodiscard]] retry_decision decide(unsigned attempts, const attempt_outcome& outcome, double chance) const
    {
        return self_->decide(attempts, outcome, chance);
    }

private:
    struct interface : detail::polymorphic {
        [[nodiscard]] virtual retry_decision decide(
            unsigned attempts, const attempt_outcome& outcome, double chance) const = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        [[nodiscard]] retry_decision decide(
            unsigned attempts, const attempt_outcome& outcome, double chance) const override
        {
            return value.decide(attempts, outcome, chance);
        }
        T value;
    };

    std::shared_ptr<const interface> self_;
};

} // namespace corest
