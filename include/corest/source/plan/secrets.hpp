#pragma once

/// \file
/// Where secrets come from: the environment, or a file.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source {

/// Looks up secrets by the names that a dictionary uses.
///
/// The environment comes first, as in dlt: `access_token` is ACCESS_TOKEN; `a.b-c` is A_B_C, or A__B_C as dlt has it;
/// last the name as it is. Then what was added, the latest first: secrets, files, and the program's own look-ups.
class secret_store {
public:
    /// The value of an environment variable, if it is set.
    using environment = std::function<std::optional<std::string>(const std::string& name)>;

    /// Looks into the environment of the process.
    COREST_DECL secret_store();
    /// \param env looked into in place of the process's environment
    explicit secret_store(environment env) : environment_(std::move(env)) {}

    /// Adds one secret.
    /// \param name as the dictionary has it: `access_token`, `sources.rest_api.key`
    /// \param value of it
    COREST_DECL void add(std::string name, secret value);

    /// Finds a secret by the name that the dictionary has, if it is there.
    using lookup = std::function<std::optional<secret>(std::string_view name)>;
    /// Adds a way to look secrets up: a vault, a key ring.
    COREST_DECL void add_lookup(lookup find);

    /// Reads a text of another format than JSON into the JSON value that says the same. Its errors must show nothing of
    /// it.
    using format = std::function<boost::json::value(std::string_view text, std::string_view name)>;

    /// Reads a file of secrets: a JSON object, in which the keys of inner objects are parts of dotted names. A list is
    /// no secret: it may stand there, and is an error where it is asked for.
    /// \param path of the file
    /// \param other reads a text that does not begin with a brace; none: such a text is an error
    /// \return warnings: the file may be read by others than its owner
    /// \throws error (invalid_source) naming the file, line and column; never what stands there
    COREST_DECL std::vector<std::string> add_file(const std::string& path, const format& other = {});

    /// Reads a text as `add_file` does.
    /// \param text what the file holds
    /// \param name of the file, for messages
    /// \param other reads a text that does not begin with a brace
    COREST_DECL void add_text(std::string_view text, std::string_view name, const format& other = {});

    /// The secret of that name, if there is one. An empty environment variable counts as none.
    /// \throws error (invalid_source) where a file has a list of that name
    [[nodiscard]] COREST_DECL std::optional<secret> find(std::string_view name) const;

    /// The environment variable that `find` looks at first: ACCESS_TOKEN.
    [[nodiscard]] COREST_DECL static std::string variable(std::string_view name);

private:
    COREST_DECL void add_object(const boost::json::object& object, const std::string& prefix, std::string_view file);

    environment environment_;
    std::vector<lookup> added_;
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/secrets.ipp>
#endif
