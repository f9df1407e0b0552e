#pragma once

/// \file
/// Texts of the dictionary that may be the names of secrets.

#include <corest/auth/secret.hpp>

#include <string>
#include <utility>

namespace corest::source {

/// A value of the dictionary: given literally, or as the name of a secret that is looked up before the run
/// (`resolve_secrets`). Making and printing a plan needs no secret.
class source_text {
public:
    /// Nothing was given.
    source_text() = default;
    /// A literal text.
    source_text(std::string text) : given_(true), value_(std::move(text)) {}
    /// \param secret_name what `dlt.secrets["..."]` or `{"$secret": "..."}` names
    /// \param path where in the dictionary it stands, `client.auth.token`
    source_text(std::string secret_name, std::string path)
        : given_(true),
          name_(std::move(secret_name)),
          path_(std::move(path))
    {
    }

    /// False where the dictionary has nothing here.
    [[nodiscard]] bool given() const noexcept { return given_; }
    /// True where it names a secret.
    [[nodiscard]] bool is_secret() const noexcept { return !name_.empty(); }
    /// The secret's name; empty for a literal.
    [[nodiscard]] const std::string& secret_name() const noexcept { return name_; }
    /// Where the secret stands in the dictionary; empty for a literal.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The literal, or the secret's value once it is looked up (empty before).
    [[nodiscard]] const secret& value() const noexcept { return value_; }
    /// Sets the value that was looked up.
    void resolve(secret value) { value_ = std::move(value); }

private:
    bool given_ = false;
    std::string name_;
    std::string path_;
    secret value_;
};

/// A name with a value: a header or a query parameter.
class named_text {
public:
    /// The members, in their order.
    named_text(std::string its_name, source_text its_value, std::string its_path)
        : name(std::move(its_name)),
          value(std::move(its_value)),
          path(std::move(its_path))
    {
    }

    std::string name;  ///< of the header or parameter
    source_text value; ///< where it is a literal it may hold placeholders (`path_template::kind::text`)
    std::string path;  ///< where it stands in the dictionary: `resource_defaults.endpoint.params.workspace`
};

} // namespace corest::source
