#pragma once

/// \file
/// The authenticators that a dictionary knows.

#include <corest/auth/authenticator.hpp>
#include <corest/config.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/source_text.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

/// The keys of one kind of authentication, as they were read.
class authenticator_keys : public corest::detail::polymorphic {
public:
    [[nodiscard]] virtual std::unique_ptr<authenticator_keys> clone() const = 0;
    /// The kind's first name.
    [[nodiscard]] virtual std::string_view type() const noexcept = 0;
    /// What the plan adds to the name: " in the header X-Key"; empty where there is nothing to add.
    [[nodiscard]] virtual std::string remark() const = 0;
    virtual void visit_texts(const text_visitor& visitor) = 0;
    [[nodiscard]] virtual any_authenticator make() const = 0;
};

} // namespace detail

/// `auth` of a dictionary, checked: what makes an authenticator, once its secrets are looked up. A value.
class authenticator_config {
public:
    /// Signs nothing.
    authenticator_config() = default;
    /// What a kind of authentication has read of the dictionary.
    explicit authenticator_config(std::unique_ptr<detail::authenticator_keys> keys) : keys_(std::move(keys)) {}
    /// Copies the texts too, looked up or not.
    authenticator_config(const authenticator_config& other) : keys_(other.keys_ ? other.keys_->clone() : nullptr) {}
    /// The other one signs nothing afterwards.
    authenticator_config(authenticator_config&&) noexcept = default;
    /// Takes over a copy.
    authenticator_config& operator=(authenticator_config other) noexcept
    {
        keys_ = std::move(other.keys_);
        return *this;
    }
    ~authenticator_config() = default;

    /// False where nothing is signed.
    explicit operator bool() const noexcept { return static_cast<bool>(keys_); }

    /// dlt's name of the kind: "bearer", "http_basic", ...; "none" where nothing is signed.
    [[nodiscard]] std::string_view type() const noexcept { return keys_ ? keys_->type() : "none"; }
    /// The secrets it takes, as people name them, in the order of the kind's keys.
    [[nodiscard]] COREST_DECL std::vector<std::string> secret_names() const;
    /// For the plan: "api_key in the header X-Key, secret api_key". Holds no secret.
    [[nodiscard]] COREST_DECL std::string text() const;

    /// Calls `visitor` for each text that may be a secret, to look it up.
    void for_each_text(const std::function<void(source_text&)>& visitor)
    {
        if (keys_) {
            keys_->visit_texts(visitor);
        }
    }

    /// The authenticator; empty where nothing is signed. Its secrets must have been looked up (`resolve_secrets`).
    /// Share one between all who use the same `auth`: it keeps their common token.
    [[nodiscard]] any_authenticator make() const { return keys_ ? keys_->make() : any_authenticator(); }

private:
    std::unique_ptr<detail::authenticator_keys> keys_;
};

namespace detail {

/// The table of authenticators: the classes of keys that `authenticator_kinds.hpp` lists.
[[nodiscard]] COREST_DECL std::span<const readable_kind<authenticator_config>> authenticator_kinds() noexcept;

/// What `auth` may be.
[[nodiscard]] COREST_DECL const shape& authenticator_shape() noexcept;

/// Reads an `auth`: an object, or just the name of a kind. Without a type it is a bearer token, as in dlt.
[[nodiscard]] COREST_DECL authenticator_config read_authenticator(problem_list& problems, const located& place);

} // namespace detail

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/authenticators.ipp>
#endif
