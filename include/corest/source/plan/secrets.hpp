#pragma once

/// \file
/// Where secrets come from: the environment, or a file.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source {

/// Looks up secrets by the names that a dictionary uses.
///
/// The environment comes first, as in dlt: `access_token` is ACCESS_TOKEN; `a.b-c` is A_B_C, or A__B_C as dlt has it;
/// last the name as it is. Then the files.
class secret_store {
public:
    /// The value of an environment variable, if it is set.
    using environment = std::function<std::optional<std::string>(const std::string& name)>;

    /// Looks into the environment of the process.
    COREST_DECL secret_store();
    /// \param env looked into in place of the process's environment
    explicit secret_store(environment env) : environment_(std::move(env)) {}

    /// Reads a file of secrets: JSON, or TOML as far as dlt's secrets.toml goes (`key = "value"`, [tables], comments,
    /// dotted keys; no arrays, inline tables or dates).
    /// \return warnings: the file may be read by others than its owner
    /// \throws error (invalid_source) naming the file, line and column; never what stands there
    COREST_DECL std::vector<std::string> add_file(const std::string& path);

    /// Reads a text as `add_file` does. \param text JSON or TOML \param name of the file, for messages
    COREST_DECL void add_text(std::string_view text, std::string_view name);

    /// The secret of that name, if there is one. An empty environment variable counts as none.
    [[nodiscard]] COREST_DECL std::optional<secret> find(std::string_view name) const;

    /// The environment variable that `find` looks at first: ACCESS_TOKEN.
    [[nodiscard]] COREST_DECL static std::string variable(std::string_view name);

private:
    environment environment_;
    std::map<std::string, secret, std::less<>> values_; // by dotted name
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/secrets.ipp>
#endif
