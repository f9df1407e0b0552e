#pragma once

/// \file
/// Which name of a Python file stands for what (Python's language reference, section 4.2). Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_effects.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// Where in a file an expression stands.
struct python_place {
    std::size_t scope = 0; ///< the function or module
    std::size_t block = 0; ///< the body of a branch or loop in it
};

/// Something that a name is bound to.
struct python_binding {
    /// By what.
    enum class kind {
        value,      ///< an assignment: `node`
        parameter,  ///< of a function: `parameter`
        import,     ///< `text` is its origin
        function,   ///< `statement`
        class_body, ///< `statement`
        opaque      ///< anything else: `text` says what, for messages
    };

    kind type = kind::opaque;
    std::size_t offset = 0;
    python_place place;
    const python_node* node = nullptr; ///< of what is opaque: what it is an element or a part of; null where unknown
    const python_parameter* parameter = nullptr;
    const python_statement* statement = nullptr;
    std::string text;
};

/// An expression, and where it stands.
struct placed_node {
    const python_node* node = nullptr;
    python_place place;
};

/// A name, or an attribute's name, where it is used and not assigned.
struct python_use {
    const python_node* node = nullptr;
    python_place place;
    const python_node* parent = nullptr; ///< of the same expression; null: it is the expression
    const python_node* call = nullptr;   ///< that it is an argument of, alone or in a list; null: it is none
    bool is_repeated = false;            ///< in a lambda or a comprehension, whose own variables are not known

    /// The call of it; null: it is not called.
    [[nodiscard]] const python_node* called() const noexcept
    {
        return parent != nullptr && parent->type == python_node::kind::call && &parent->parts.front() == node ? parent
                                                                                                              : nullptr;
    }
};

/// An assignment to an element or attribute of something.
struct placed_assignment {
    const python_node* target = nullptr;
    const python_node* value = nullptr; ///< null: a value that is unpacked, or nothing
    python_place place;
};

/// A change of what a variable holds.
struct python_change {
    /// By what.
    enum class kind {
        own,     ///< by its name
        shared,  ///< by another name of the same list or dictionary
        possible ///< by code that is not read, and was given it
    };

    kind type = kind::own;
    std::size_t offset = 0; ///< where what is changed is named
    python_place place;
    /// Of what is changed, in the variable: "a" and 0 of `x["a"][0].append(1)`. Null: a key that is not written there.
    std::vector<boost::json::value> path;
    /// The member of it that is set or removed: "b" of `x["a"]["b"] = 1`. Null: any.
    boost::json::value member;
    /// Of a list or dictionary only what is in its elements: nothing where these are texts.
    bool is_inside = false;
    /// The statement that does this and nothing else; null: there is none.
    const python_statement* statement = nullptr;
};

/// A variable that is assigned once, and changed after that.
struct changed_variable {
    const python_binding* binding = nullptr;
    /// Those that have been made, one after another, whenever the variable is looked at where it was looked up.
    std::vector<const python_change*> steps;
    /// Those of which that is not known.
    std::vector<const python_change*> others;
};

/// What a look-up gives: a binding, or why there is none that can be relied on.
struct python_look_up {
    const python_binding* binding = nullptr;
    std::string reason; ///< "the variable 'x', which is changed at f.py:9:1"; empty: the name is bound nowhere
};

/// The names of all scopes of a file, and its calls.
class python_names {
public:
    /// \param script referred to
    explicit python_names(const python_script& script) : script_(script) {}

    /// Adds the statements of a module, which sees the names of those that were added before.
    /// \param statements referred to
    COREST_DECL void add_module(const std::vector<python_statement>& statements);
    /// To be called when all modules have been added.
    COREST_DECL void finish();

    /// What a name stands for at a place: it must be bound exactly once, there or around it, and never be changed by
    /// that name.
    [[nodiscard]] COREST_DECL python_look_up look_up(const std::string& name, python_place place) const;
    /// The variable that a name stands for at a place, with all that changes it; none where it is bound otherwise than
    /// by one assignment that was made before, or nothing changes it.
    /// \param offset where in the text it is looked at
    [[nodiscard]] COREST_DECL std::optional<changed_variable> find_changed(
        const std::string& name, python_place place, std::size_t offset) const;
    /// What else may change the list or dictionary that a name stands for at a place, when that is not known.
    [[nodiscard]] COREST_DECL std::vector<const python_change*> shared_changes(
        const std::string& name, python_place place) const;
    /// Whether a change is made after a call, so that the call does not see it.
    /// \param bound what is changed \param last the offset of the last part of the call
    [[nodiscard]] COREST_DECL bool is_later(
        const python_change& change, const python_binding& bound, python_place call, std::size_t last) const;
    /// Whether what stands at a place is done once, whenever what stands at another is: it is in no branch or loop that
    /// the other is not in.
    [[nodiscard]] COREST_DECL bool is_sure(python_place place, python_place other) const;
    /// The binding of a name, whatever happens to it; null where there is none.
    [[nodiscard]] COREST_DECL const python_binding* find(const std::string& name, python_place place) const;
    /// The full name of what an expression names, through imports: `dlt.sources.incremental`. Empty where it is no
    /// name, or one of the file's own.
    [[nodiscard]] COREST_DECL std::string full_name(const python_node& node, python_place place) const;
    /// The module of a star import that a place sees; empty where there is none.
    [[nodiscard]] COREST_DECL std::string star_import(python_place place) const;

    /// All calls, in their order.
    [[nodiscard]] const std::vector<placed_node>& calls() const noexcept { return calls_; }
    /// All assignments with an annotation: the statement, and where it stands.
    [[nodiscard]] const std::vector<std::pair<const python_statement*, python_place>>& annotated() const noexcept
    {
        return annotated_;
    }
    /// All comprehensions.
    [[nodiscard]] const std::vector<placed_node>& comprehensions() const noexcept { return comprehensions_; }
    /// All assignments to an element or attribute of something, and what removes one: `a.b = c`, `del a["b"]`.
    [[nodiscard]] const std::vector<placed_assignment>& assignments() const noexcept { return assignments_; }
    /// The statements that could not be read.
    [[nodiscard]] const std::vector<const python_statement*>& broken() const noexcept { return broken_; }
    /// The function that a place is in; null: none.
    [[nodiscard]] const python_statement* function_at(python_place place) const
    {
        return scopes_[place.scope].function;
    }
    /// Where a function's own statements stand.
    [[nodiscard]] COREST_DECL std::optional<std::size_t> scope_of(const python_statement& function) const;
    /// Where a function is defined.
    [[nodiscard]] COREST_DECL python_place place_of(const python_statement& function) const;
    /// The variable that an expression is assigned to; empty: none.
    [[nodiscard]] COREST_DECL std::string assigned_to(const python_node& value) const;
    /// Where a word is used as a name or as an attribute's.
    [[nodiscard]] COREST_DECL const std::vector<python_use>& uses_of(const std::string& word) const;
    /// All that a name is bound to where a place finds it; empty: nothing.
    [[nodiscard]] COREST_DECL const std::vector<python_binding>& bindings_of(
        const std::string& name, python_place place) const;
    /// Whether what a name stands for is changed by code that is read.
    [[nodiscard]] COREST_DECL bool is_changed(const std::string& name, python_place place) const;
    /// The class whose own statements stand at a place; null: none.
    [[nodiscard]] const python_statement* class_at(python_place place) const { return scopes_[place.scope].class_body; }
    /// Where code runs that may use any name of a module; none: nowhere.
    [[nodiscard]] std::optional<std::size_t> uses_all() const noexcept { return changes_all_; }
    /// The calls of a function of this file by its name.
    [[nodiscard]] COREST_DECL std::vector<placed_node> calls_of(const python_statement& function) const;

private:
    struct scope {
        std::optional<std::size_t> parent;
        bool is_class = false;
        const python_statement* function = nullptr;
        const python_statement* class_body = nullptr;
        std::map<std::string, std::vector<python_binding>> bindings;
        std::map<std::string, std::vector<python_change>> changes;
        std::vector<std::string> stars;
        std::vector<std::string> globals;
        std::vector<std::string> nonlocals;
    };
    struct named_change {
        std::string name;
        python_change what;
    };
    /// Two names through which the same may be changed.
    struct alias {
        std::string name;
        python_place place;
        std::string of; ///< what is changed through `name` is changed here, too
        python_place of_place;
        std::vector<boost::json::value>
            keys; ///< where `name` holds what `of` stands for; null: a key that is not known
        std::vector<boost::json::value> of_path; ///< the part of `of` that is meant
        bool is_copy = false;                    ///< the last of `keys` is one of what was copied
        bool is_loose = false;                   ///< where it holds it is not known
        bool is_possible = false;                ///< whether it holds it is not known
        bool is_element = false;                 ///< what is meant is one of the elements
    };
    /// A call whose function may return something that has a name.
    struct returned_value {
        const python_node* call = nullptr;
        python_place place;
        alias made;
    };

    void collect(const std::vector<python_statement>& statements, python_place place);
    void collect(const python_statement& s, python_place place);
    void collect_function(const python_statement& s, python_place place);
    void bind(const std::string& name, python_binding binding);
    void bind_target(const python_node& target, const python_node* value, python_place place, const std::string& what,
        const python_node* holder = nullptr);
    void add_change(const python_node& object, python_place place, const python_node* member = nullptr);
    void add_change_of_all(const python_node& node, std::size_t offset, python_place place);
    void add_alias(const python_node& source, python_place source_place, const alias& made);
    void add_elements(const python_node& source, const alias& made);
    void add_parts(const python_node& source, python_place source_place, alias made);
    void add_unpacked(const python_node& target, const python_node& source, python_place place);
    void add_held(const python_node& call, python_place place);
    void add_returned(const returned_value& value);
    void add_returned(const std::vector<python_statement>& body, python_place place, const alias& made);
    void walk(const python_node& node, python_place place);
    void note_uses(const python_node& node, python_place place, python_use around);
    void add_arguments(const placed_node& call);
    void add_effect(const placed_node& call);
    [[nodiscard]] alias given_away(std::size_t offset, python_place place);
    void give_arguments_away(const placed_node& call);
    void give_elements_away(const placed_node& comprehension);
    [[nodiscard]] bool has_unknown_call(const python_node& node, python_place place) const;
    [[nodiscard]] python_effect effect_of_call(const placed_node& call) const;
    [[nodiscard]] bool calls_unknown(const placed_node& call) const;
    [[nodiscard]] bool is_of_known_package(const python_node& object, python_place place) const;
    [[nodiscard]] bool is_method_of_file(std::string_view name) const;
    [[nodiscard]] static bool note_change(scope& at, const std::string& name, python_change what);
    [[nodiscard]] bool pass_on(const alias& a);
    [[nodiscard]] bool pass_on(const alias& a, const python_change& what);
    [[nodiscard]] bool is_same_body(std::size_t one, std::size_t other) const;
    [[nodiscard]] std::size_t looked_at(
        std::size_t owner, const python_binding& bound, python_place place, std::size_t offset) const;
    /// How often the statements of a block are done.
    enum class block_kind {
        once,
        branch, ///< or never
        loop    ///< or never, or often
    };
    [[nodiscard]] std::size_t new_block(std::size_t parent, block_kind kind = block_kind::once);
    [[nodiscard]] std::optional<std::size_t> owner(const std::string& name, std::size_t start) const;
    [[nodiscard]] bool encloses(std::size_t outer, std::size_t inner) const;

    const python_script& script_;
    std::vector<scope> scopes_;
    std::map<const python_statement*, std::size_t> function_scopes_;
    std::map<const python_statement*, python_place> function_places_;
    std::map<const python_node*, std::string> assigned_;
    std::vector<std::size_t> block_parents_;
    std::vector<block_kind> block_kinds_;
    std::vector<named_change> changes_;
    std::optional<std::size_t> changes_all_; ///< where code runs that may change any variable of a module
    std::vector<alias> aliases_;
    std::vector<placed_node> comprehensions_;
    std::vector<placed_node> executors_;  ///< `exec` and `eval`, wherever they are named
    std::vector<placed_assignment> kept_; ///< what objects and classes are given to keep
    std::vector<returned_value> returned_;
    std::set<std::pair<const void*, std::string>> followed_; ///< of `returned_`: bodies, and for which alias
    const python_statement* step_ = nullptr;                 ///< a statement that does nothing but change something
    const python_node* step_object_ = nullptr;               ///< what that changes
    std::vector<placed_node> calls_;
    std::map<std::string, std::vector<python_use>> uses_;
    std::vector<std::pair<const python_statement*, python_place>> annotated_;
    std::vector<placed_assignment> assignments_;
    std::vector<const python_statement*> broken_;
};

/// The name that a chain of attributes and subscripts begins with: `config` of `config["client"].auth`. Empty: none.
[[nodiscard]] COREST_DECL std::string root_name(const python_node& node);
/// The keys of such a chain: "client" and null of `config["client"].auth`, since only those count that are written
/// there.
[[nodiscard]] COREST_DECL std::vector<boost::json::value> key_path(const python_node& node);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_names.ipp>
#endif
