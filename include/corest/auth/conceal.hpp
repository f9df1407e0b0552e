#pragma once

/// \file
/// Keeps secrets that a server repeats, or that a URL holds, out of messages.

#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/response.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

class known_secrets;

} // namespace detail

/// Secrets that must show in no message: a layer for `client | conceal(...)`, which sees to the responses and errors
/// that pass through it, to what walks say of the responses, and to what observers are told. `mask` does the same to an
/// error that arises elsewhere.
///
///     const corest::conceal hidden({token, workspace});
///     const corest::client api = plain | hidden;        // what a server repeats is masked before anyone may quote it
///     ...
///     report.failure = hidden.mask(std::current_exception()); // of the request and the records themselves
///
/// `authorize` adds the layer for its authenticator's secrets. Records are never changed. A text of less than four
/// bytes is no secret: to replace it would spoil the words that it is part of.
///
/// A secret is found as it is and as servers give it back: percent-encoded, as a form, with the escapes of JSON, UTF-16
/// and HTML, in Base64 of either alphabet wherever it stands in what was encoded, in hexadecimal digits, these
/// spellings within one another, and cut short by a message's `...`. What is looked for is kept until the secrets
/// change, and overwritten then.
class conceal {
public:
    /// \param secrets as they are
    COREST_DECL explicit conceal(std::vector<std::string> secrets);
    /// \param secrets called when there is something to look through: for secrets that change, such as tokens
    COREST_DECL explicit conceal(std::function<std::vector<std::string>()> secrets);

    /// The client with this layer outermost.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

    /// An `error` whose texts show no secret; any other exception, and none, as it is, unless its text shows one: then
    /// an `error` (foreign_exception) that does not.
    [[nodiscard]] COREST_DECL std::exception_ptr mask(const std::exception_ptr& failure) const;
    /// The text, where secrets are replaced by `***`.
    [[nodiscard]] COREST_DECL std::string mask(std::string text) const;
    /// Masks secrets in the body and the reason phrase of a response that is no success: an error message may quote
    /// them.
    COREST_DECL void mask(response& got) const;

private:
    std::shared_ptr<detail::known_secrets> secrets_; ///< copies share what is looked for
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/conceal.ipp>
#endif
