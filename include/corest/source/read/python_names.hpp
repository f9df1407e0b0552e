#pragma once

/// \file
/// Which name of a Python file stands for what (Python's language reference, section 4.2). Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <cstddef>
#include <map>
#include <optional>
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
    const python_node* node = nullptr;
    const python_parameter* parameter = nullptr;
    const python_statement* statement = nullptr;
    std::string text;
};

/// An expression, and where it stands.
struct placed_node {
    const python_node* node = nullptr;
    python_place place;
};

/// An assignment to an element or attribute of something.
struct placed_assignment {
    const python_node* target = nullptr;
    const python_node* value = nullptr; ///< null: a value that is unpacked
    python_place place;
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

    /// What a name stands for at a place: it must be bound exactly once, there or around it, and never be changed.
    [[nodiscard]] COREST_DECL python_look_up look_up(const std::string& name, python_place place) const;
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
    /// All assignments to an element or attribute of something: `a.b = c`.
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
    /// The calls of a function of this file by its name.
    [[nodiscard]] COREST_DECL std::vector<placed_node> calls_of(const python_statement& function) const;

private:
    /// Where what a name stands for is first changed.
    struct change {
        std::size_t offset = 0;
        bool is_deep = false; ///< something in it, not only itself
    };
    struct scope {
        std::optional<std::size_t> parent;
        bool is_class = false;
        const python_statement* function = nullptr;
        std::map<std::string, std::vector<python_binding>> bindings;
        std::map<std::string, change> changes;
        std::vector<std::string> stars;
        std::vector<std::string> globals;
    };
    struct named_change {
        std::string name;
        python_place place;
        change what;
    };
    /// Two names that may stand for the same, or for a part of it.
    struct alias {
        std::string name; ///< what may be changed through `of`'s name
        python_place place;
        std::string of;
        python_place of_place;
        bool is_holder = false; ///< `name` holds what `of` stands for
        bool is_part = false;   ///< `name` stands for a part of it
    };

    void collect(const std::vector<python_statement>& statements, python_place place);
    void collect(const python_statement& s, python_place place);
    void collect_function(const python_statement& s, python_place place);
    void bind(const std::string& name, python_binding binding);
    void bind_target(const python_node& target, const python_node* value, python_place place, const std::string& what);
    void add_change(const python_node& object, python_place place);
    void add_change_of_all(const python_node& node, std::size_t offset, python_place place);
    void add_alias(const python_node& source, python_place source_place, const alias& made);
    void add_elements(const python_node& source, const alias& made);
    void walk(const python_node& node, python_place place);
    void add_arguments(const placed_node& call);
    void add_effect(const placed_node& call);
    [[nodiscard]] bool note_change(scope& at, const std::string& name, change what) const;
    [[nodiscard]] bool pass_on(const alias& a);
    [[nodiscard]] std::size_t new_block(std::size_t parent);
    [[nodiscard]] std::optional<std::size_t> owner(const std::string& name, std::size_t scope) const;
    [[nodiscard]] bool encloses(std::size_t outer, std::size_t inner) const;

    const python_script& script_;
    std::vector<scope> scopes_;
    std::map<const python_statement*, std::size_t> function_scopes_;
    std::map<const python_statement*, python_place> function_places_;
    std::map<const python_node*, std::string> assigned_;
    std::vector<std::size_t> block_parents_;
    std::vector<named_change> changes_;
    std::optional<std::size_t> changes_all_; ///< where code runs that may change any variable of a module
    std::vector<alias> aliases_;
    std::vector<placed_node> calls_;
    std::vector<std::pair<const python_statement*, python_place>> annotated_;
    std::vector<placed_assignment> assignments_;
    std::vector<const python_statement*> broken_;
};

/// The name that a chain of attributes and subscripts begins with: `config` of `config["client"].auth`. Empty: none.
[[nodiscard]] COREST_DECL std::string root_name(const python_node& node);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_names.ipp>
#endif
