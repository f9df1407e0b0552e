#pragma once

/// \file
/// What went wrong, and where: one exception type for everything corest reports itself.
///
/// A layer that knows more adds it to the exception that passes through (`add`): the client knows the URL, retry the
/// attempts, the walk the resource and the page. It is a `system_error` of the selected Asio flavour, whose code is an
/// `errc` in the category "corest": who catches that type, or completes with an error code, can tell the kinds apart. A
/// cancelled operation is not an error of corest: it ends with the `system_error` of `net::error::operation_aborted`,
/// unwrapped.

#include <corest/config.hpp>
#include <corest/system_error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace corest {

/// Kinds of failure. Callers decide by these; people read `error::what()`.
enum class errc {
    invalid_argument = 1, ///< a value given to corest by the program is not usable
    invalid_source,       ///< the dictionary is wrong (unknown key, wrong type, unknown parent, ...)
    missing_secret,       ///< a secret that the dictionary names was not provided
    resolve_failed,       ///< the host name has no address
    connect_failed,       ///< no connection to the host
    tls_failed,           ///< handshake or certificate verification failed
    timeout,              ///< a time limit passed
    connection_lost,      ///< the connection ended before the response was complete
    protocol_error,       ///< the peer does not speak HTTP/1.1 as RFC 9112 has it
    limit_exceeded,       ///< more than is allowed: of a header, of a body, or of waiting for a rate limit
    redirect_refused,     ///< too many redirects, or one to an origin that is not allowed
    origin_refused,       ///< a next link or request leads to an origin that is not allowed
    unexpected_status,    ///< a status that is neither 2xx nor handled
    unauthorized,         ///< 401 or 403: the credentials were refused
    token_failed,         ///< the token endpoint did not give a usable token
    not_json,             ///< the body is not (complete, valid) JSON
    selector_missing,     ///< the selector's path is not in the body
    field_missing,        ///< a record lacks a field that is needed
    wrong_type,           ///< a value has another type than asked for
    no_progress,          ///< the same page came twice: going on would repeat rows for ever
    pagination_failed,    ///< total, has_more or a cursor is missing or makes no sense
    destination_failed,   ///< rows could not be stored
    incomplete,           ///< the server says that there is more than it has sent (`require_complete`)
    /// A part of the program's own threw what is no `system_error`: the code that stands for it (`code_of`).
    foreign_exception,
};

/// The category of `errc`, named "corest".
COREST_DECL const error_category& corest_category() noexcept;
/// The code in `corest_category()`, for the implicit conversion to `error_code`, and to `std::error_code`:
/// `code == errc::timeout` works with either.
COREST_DECL error_code make_error_code(errc code) noexcept;

/// The setting that would mend a failure. The layer that fails knows which one it is; by what name people set it
/// depends on what they write: calls of a program, or the keys of a dictionary (`error::name_remedy`).
enum class remedy {
    none,               ///< no setting, or none that is known
    base_url,           ///< the API's address
    allowed_origins,    ///< other origins that next links may lead to
    credentials,        ///< what signs the requests
    token_url,          ///< the token endpoint's address
    max_retries,        ///< how often a request is sent again
    retry_budget,       ///< how much is sent again in all
    retry_after_limit,  ///< the longest wait that a server may ask for
    rate_limit_wait,    ///< the longest wait for a rate limit
    report_timeout,     ///< how long a report may be waited for
    ignored_statuses,   ///< statuses that are no failures
    selector,           ///< where the records are in a body
    time_limits,        ///< how long a request may take
    connections,        ///< how many requests are under way at once
    proxy,              ///< the proxy for everything
    trusted_roots,      ///< the certificates that servers are trusted by
    client_certificate, ///< what the client shows a server that asks who it is
    max_redirects,      ///< how many redirects are followed in a row
    header_limit,       ///< the size of a response's header
    body_limit,         ///< the size of a body as it is sent
    decoded_limit,      ///< the size of a body that was decompressed
    memory_limit,       ///< how much memory all bodies may take at once
    decoded_ratio,      ///< how many times as large it is as what was sent
    compression,        ///< whether bodies may be compressed
    columns,            ///< the types of a table's columns
    schema_contract     ///< what becomes of data that is not as the schema has it
};

/// The setting as programs have it: "http_options::allowed_origins". Empty for `none`.
[[nodiscard]] COREST_DECL std::string_view to_string(remedy setting) noexcept;

/// Where something went wrong. Empty and zero mean unknown.
struct error_context {
    std::string resource;   ///< name of the resource
    std::uint64_t page = 0; ///< number of the page in its walk, from 1
    std::string parent;     ///< which of the parent's records it was read for: `posts.id = 2`
    std::string method;     ///< GET, POST, ...
    std::string url;        ///< the URL with its secrets masked (`redact_url`)
    unsigned status = 0;    ///< HTTP status of the last response
    unsigned attempts = 0;  ///< how often the request was sent
    /// Since it was sent first, the pauses between attempts included.
    std::chrono::milliseconds elapsed{0};
    std::string cause; ///< what the layer below said
};

/// The exception that corest throws. `what()` is one paragraph: what happened, where, and what would mend it.
/// Copyable; the text holds no secret. `code()`, which `system_error` has, is the kind as an error code.
class error : public system_error {
public:
    /// \param code the kind of failure
    /// \param message what was expected and what was found, a sentence without a full stop
    /// \param hint what to change, a sentence without a full stop; may be empty
    COREST_DECL error(errc code, std::string message, std::string hint = {});
    /// \param code the kind of failure
    /// \param message as above
    /// \param hint as above
    /// \param context what is known of the place
    COREST_DECL error(errc code, std::string message, std::string hint, error_context context);
    /// \param code the kind of failure
    /// \param message as above
    /// \param hint as above, up to the name of the setting, which ends it: "If that is right, list it in"
    /// \param setting to change
    /// \param context what is known of the place
    COREST_DECL error(errc code, std::string message, std::string hint, corest::remedy setting,
        error_context context = error_context());

    /// One paragraph: message, place, cause and hint.
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    /// The kind of failure: what callers decide by.
    [[nodiscard]] errc kind() const noexcept { return code_; }
    /// What was expected and what was found.
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    /// What to change; may be empty.
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    /// The hint without the name of the setting that ends it.
    [[nodiscard]] std::string advice() const { return hint_.substr(0, advice_); }
    /// The setting whose name ends the hint.
    [[nodiscard]] corest::remedy remedy() const noexcept { return remedy_; }
    /// Where it went wrong, as far as the layers it passed knew.
    [[nodiscard]] const error_context& context() const noexcept { return context_; }

    /// Fills in what is still unknown of the context (what a lower layer said stays) and renews `what()`.
    COREST_DECL void add(const error_context& more);

    /// Replaces the hint and renews `what()`.
    /// \param hint as for the constructors
    /// \param setting whose name ends the hint
    COREST_DECL void set_hint(std::string hint, corest::remedy setting = corest::remedy::none);
    /// Ends the hint with another name of its setting, where it has one, and renews `what()`.
    /// \param name that the user of the layer above knows it by: `client.allowed_origins`
    COREST_DECL void name_remedy(std::string_view name);
    /// Puts message, hint and place through a function, and renews `what()`: how secrets are kept out of them.
    /// \param change takes a text, gives the one that takes its place
    COREST_DECL void rewrite(const std::function<std::string(std::string)>& change);

private:
    COREST_DECL void compose();

    errc code_;
    std::string message_;
    std::string hint_;
    std::size_t advice_ = 0; ///< the hint's length without the name of the setting
    corest::remedy remedy_ = corest::remedy::none;
    error_context context_;
    std::string text_;
};

/// True where `e` is how Asio reports cancellation (`net::error::operation_aborted`).
[[nodiscard]] COREST_DECL bool is_cancellation(const std::exception_ptr& e) noexcept;

/// What an exception is to who completes with an error code: the code of a `system_error` (an `errc` where it is an
/// `error`, `net::error::operation_aborted` of a cancellation), `errc::foreign_exception` for any other exception,
/// success for none.
[[nodiscard]] COREST_DECL error_code code_of(const std::exception_ptr& e) noexcept;

/// The text of an exception for people: `what()`, without an Asio location suffix. "unknown exception" where it is
/// none.
[[nodiscard]] COREST_DECL std::string describe(const std::exception_ptr& e);

} // namespace corest

template <>
struct std::is_error_code_enum<corest::errc> : std::true_type {};
#if !defined(COREST_STANDALONE_ASIO) && !defined(DOXYGEN)
template <>
struct boost::system::is_error_code_enum<corest::errc> : std::true_type {};
#endif

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/impl/error.ipp>
#endif
