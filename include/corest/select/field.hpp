#pragma once

/// \file
/// The fields of a JSON object, one after another, decoded and checked in one pass: what destinations store.

#include <corest/config.hpp>
#include <corest/select/json_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <concepts>
#include <memory>
#include <string_view>
#include <type_traits>

namespace corest {

/// What a field holds, as far as a store cares.
enum class field_kind : unsigned char {
    null,
    boolean,
    integer,    ///< fits in 64 bits with sign
    big_number, ///< an integer beyond 64 bits, or a number beyond double's range: only its exact text says what it is
    real,       ///< a number with fraction or exponent
    string,
    array,
    object
};

/// A field, valid during the call that hands it out.
class field {
public:
    field() = default;

    std::string_view key;               ///< decoded
    field_kind kind = field_kind::null; ///< which of the members below is meant
    bool boolean = false;               ///< of a boolean
    std::int64_t integer = 0;           ///< of an integer
    double real = 0;                    ///< of a real, correctly rounded
    std::string_view text;              ///< of a string decoded; of all else the JSON text
    std::string_view json;              ///< the JSON text, exactly as it stands
    /// True where an earlier field of the object had this key: this one takes its place, as JSON readers have it.
    bool repeated = false;
};

/// A reference to a callable `void(const field&)`, which must live as long as the call it is given to.
class field_visitor {
public:
    /// Refers to a callable, which must outlive this.
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, field_visitor>) && std::invocable<F&, const field&>
    field_visitor(F&& f) noexcept
        : target_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
          call_([](void* target, const field& found) { (*static_cast<std::remove_reference_t<F>*>(target))(found); })
    {
    }

    /// Calls it.
    void operator()(const field& found) const { call_(target_, found); }

private:
    void* target_;
    void (*call_)(void*, const field&);
};

/// Calls a visitor for each field of an object, in order. Every value is checked in full, also what is inside an array
/// or object that is handed out as text. Nothing is allocated for a string without escapes.
/// The visitor may have seen fields when an error is found in a later one.
///
/// \param json the object's text, nothing but white space around it
/// \param visit called for each
/// \param subject what it is, for messages
/// \return how many keys repeat an earlier one
/// \throws error (wrong_type) where it is no object; error (not_json) where it is broken; what the visitor throws
COREST_DECL std::size_t for_each_field(std::string_view json, field_visitor visit, const char* subject = "the record");

namespace detail {

/// Reads the text of a JSON number into whichever of the two holds it exactly enough; neither a big_number.
[[nodiscard]] COREST_DECL field_kind read_number(std::string_view digits, std::int64_t& integer, double& real);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/field.ipp>
#endif
