#pragma once

/// \file
/// Where secrets come from: the environment, or a file.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

/// Looks up secrets by the names that a dictionary uses.
///
/// The environment comes first, as in dlt: `access_token` is ACCESS_TOKEN; `a.b-c` is A_B_C, or A__B_C as dlt has it;
/// last the name as it is. Then what was added, the latest first: secrets, files, and the program's own look-ups.
/// Each of these is asked for a plain name in the sections first (`add_section`), in their order:
/// SOURCES__GITHUB__ACCESS_TOKEN, and `access_token` of the table `[sources.github]`.
class secret_store {
public:
    /// The value of an environment variable, if it is set.
    using environment = std::function<std::optional<std::string>(const std::string& name)>;

    /// Looks into the environment of the process.
    COREST_DECL secret_store();
    /// \param env looked into in place of the process's environment
    explicit secret_store(environment env) : environment_(std::move(env)) {}

    /// Adds a section in which plain names (without a dot) are looked up, behind those that were added before.
    /// \param section as dlt has it: `sources.github`
    void add_section(std::string section) { sections_.push_back(std::move(section)); }

    /// Adds an environment that is looked into behind that of the process.
    /// \param label for people: ".env"
    /// \param env its variables
    void add_environment(std::string label, environment env)
    {
        more_environments_.emplace_back(std::move(label), std::move(env));
    }

    /// Adds a file that might have had secrets and is not there, for who asks where they were looked for.
    void add_absent(std::string file) { added_.push_back({std::move(file), {}, {}}); }

    /// Where a secret was found and where it was looked for, for people.
    class search {
    public:
        std::string found_in;               ///< "the environment variable ACCESS_TOKEN"; empty: nowhere
        std::vector<std::string> looked_in; ///< each place, in its order, where it was not found
    };
    /// Looks for a secret, and tells where. Its value is not told.
    [[nodiscard]] COREST_DECL search locate(std::string_view name) const;

    /// The names of what was added by `add`, `add_file` and `add_text`.
    [[nodiscard]] COREST_DECL std::vector<std::string> names() const;

    /// Adds one secret.
    /// \param name as the dictionary has it: `access_token`, `sources.rest_api.key`
    /// \param value of it
    COREST_DECL void add(std::string name, secret value);

    /// Finds a secret by the name that the dictionary has, if it is there.
    using lookup = std::function<std::optional<secret>(std::string_view name)>;
    /// Adds a way to look secrets up: a vault, a key ring.
    /// \param find called with each name, that with a section included
    /// \param label for people: what it looks into
    COREST_DECL void add_lookup(lookup find, std::string label = "the program's own secrets");

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
    struct added {
        std::string label;
        lookup find; ///< none: a file that is not there
        std::vector<std::string> names;
    };

    [[nodiscard]] COREST_DECL std::vector<std::string> keys_of(std::string_view name) const;
    [[nodiscard]] COREST_DECL std::optional<secret> search_all(std::string_view name, search* told) const;

    environment environment_;
    std::vector<std::pair<std::string, environment>> more_environments_;
    std::vector<std::string> sections_;
    std::vector<added> added_;
};

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/secrets.ipp>
#endif
