#pragma once

/// \file
/// Reads typed values out of a dictionary, and collects what is wrong with it. Not for users.

#include <corest/config.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/key_name.hpp>
#include <corest/source/schema/source_text.hpp>
#include <corest/detail/suggestion.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

using corest::detail::in_quotes;

/// What kind of value it is, for messages: "text", "the number 5", "a list". Never shows a text.
[[nodiscard]] COREST_DECL std::string type_name(const boost::json::value& v);

/// The name in `{"$secret": "name"}`.
[[nodiscard]] COREST_DECL std::optional<std::string> secret_reference(const boost::json::value& v);

/// `{"$secret": "name"}`.
[[nodiscard]] COREST_DECL boost::json::object secret_json(std::string_view name);

/// A number as it stands in a URL.
[[nodiscard]] COREST_DECL std::string number_text(const boost::json::value& v);
/// The same as Python writes it, whose floats are known by their point: 1.0 stays 1.0. For values that are sent.
[[nodiscard]] COREST_DECL std::string sent_number(const boost::json::value& v);

/// What another part of corest says of a value: its message and its hint.
[[nodiscard]] COREST_DECL std::string said_by(const error& e);

/// What is wrong with a dictionary.
class problem_list {
public:
    /// Adds a problem, unless the very same has been added before.
    /// \param path of the key, `resources[2].endpoint.path`
    /// \param owner the resource's name; may be empty
    COREST_DECL void add(const std::string& path, const std::string& owner, const std::string& text);
    [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }
    /// The paths of what the problems are about.
    [[nodiscard]] const std::vector<std::string>& places() const noexcept { return places_; }
    /// \throws error (invalid_source) where there are any; lists up to ten
    COREST_DECL void throw_if_any() const;

    /// Keys that are accepted and have no effect.
    std::vector<std::string> warnings;
    COREST_DECL void warn(const std::string& path, const std::string& owner, const std::string& text);

private:
    COREST_DECL static void add_line(
        std::vector<std::string>& lines, const std::string& path, const std::string& owner, const std::string& text);

    std::vector<std::string> problems_;
    std::vector<std::string> places_;
};

/// A value with its place in the dictionary.
class located {
public:
    located(const boost::json::value* its_value, std::string its_path, std::string its_owner)
        : value(its_value),
          path(std::move(its_path)),
          owner(std::move(its_owner))
    {
    }
    const boost::json::value* value;
    std::string path;
    std::string owner;
};

/// A key that is known but not read.
class other_key {
public:
    std::string_view name;
    std::string_view advice; ///< why, and what to do
    bool accepted = false;   ///< a warning only
};

/// An object of the dictionary, or an object over its defaults (the first that has a key wins, even with null).
class dictionary {
public:
    explicit dictionary(problem_list& problems) : problems_(&problems) {}
    dictionary(problem_list& problems, const boost::json::object& object, std::string path, std::string owner = {})
        : problems_(&problems)
    {
        layers_.emplace_back(&object, std::move(path), std::move(owner));
    }
    /// Adds defaults below what is there.
    void add_layer(const boost::json::object& object, std::string path, std::string owner)
    {
        layers_.emplace_back(&object, std::move(path), std::move(owner));
    }
    /// Adds the object at `place` as a layer; anything else but null is a problem.
    COREST_DECL void add_layer(const located& place);

    /// Unknown keys are problems, known but unsupported ones are explained.
    COREST_DECL void check_keys(std::span<const std::string_view> known, std::span<const other_key> others = {}) const;

    /// The value of a key, null included.
    [[nodiscard]] COREST_DECL std::optional<located> find(std::string_view key) const;
    /// The value of a key that is not null.
    [[nodiscard]] COREST_DECL std::optional<located> get(std::string_view key) const;
    /// The same, of the layer `index` alone.
    [[nodiscard]] COREST_DECL std::optional<located> get_in(std::size_t index, std::string_view key) const;

    /// The largest number that `number` takes: a year's worth of seconds. More would overflow a clock somewhere, and
    /// means nothing.
    static constexpr double largest = 31'536'000;

    /// \name Typed values: none where the key is missing or null; another type is a problem
    /// @{
    [[nodiscard]] COREST_DECL std::optional<std::string> text(std::string_view key) const;
    [[nodiscard]] COREST_DECL source_text text_or_secret(std::string_view key, bool may_be_empty = false) const;
    [[nodiscard]] COREST_DECL std::optional<bool> boolean(std::string_view key) const;
    [[nodiscard]] COREST_DECL std::optional<std::int64_t> integer(std::string_view key, std::int64_t least = 0,
        std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
    [[nodiscard]] COREST_DECL std::optional<double> number(std::string_view key, double least = 0) const;
    /// A text, or a list of texts.
    [[nodiscard]] COREST_DECL std::optional<std::vector<std::string>> texts(std::string_view key) const;
    /// @}

    /// A key without which nothing can be done.
    COREST_DECL void missing(std::string_view key, std::string_view hint = {}) const;
    void problem(const located& place, const std::string& text) const { problems_->add(place.path, place.owner, text); }
    /// A problem of the object itself.
    COREST_DECL void problem(const std::string& text) const;

    [[nodiscard]] problem_list& problems() const noexcept { return *problems_; }
    [[nodiscard]] std::size_t layers() const noexcept { return layers_.size(); }
    /// Path of a layer, and owner of the first one.
    [[nodiscard]] const std::string& path(std::size_t index = 0) const noexcept { return layers_[index].path; }
    [[nodiscard]] const std::string& owner() const noexcept { return layers_.front().owner; }
    [[nodiscard]] const boost::json::object& object(std::size_t index = 0) const noexcept
    {
        return *layers_[index].object;
    }
    /// The path of a key of the first layer.
    [[nodiscard]] COREST_DECL std::string path_of(std::string_view key) const;

private:
    class layer {
    public:
        layer(const boost::json::object* its_object, std::string its_path, std::string its_owner)
            : object(its_object),
              path(std::move(its_path)),
              owner(std::move(its_owner))
        {
        }
        const boost::json::object* object;
        std::string path;
        std::string owner;
    };
    problem_list* problems_;
    std::vector<layer> layers_;
};

/// `path.key`, or `path["a key"]` where the key is no plain name; `key` where the path is empty.
[[nodiscard]] COREST_DECL std::string join_key(const std::string& path, std::string_view key);

/// A key of a key: `join_key(resource.key_path, "endpoint", "params")`.
template <class... Keys>
[[nodiscard]] std::string join_key(const std::string& path, std::string_view key, std::string_view below, Keys... more)
{
    return join_key(join_key(path, key), below, more...);
}

/// The value at `place` as a text or secret. Another type is a problem that does not show the value.
[[nodiscard]] COREST_DECL source_text read_text(problem_list& problems, const located& place, bool may_be_empty);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/dictionary.ipp>
#endif
