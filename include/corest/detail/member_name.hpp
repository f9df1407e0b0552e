#pragma once

/// \file
/// Whether a class has a member of some name, whatever it takes: how a type that was meant to model a concept, and
/// misses it, is told from one that was not.

#include <type_traits>

namespace corest::detail {

/// A class that has the members of both: a name that both have is ambiguous in it, so that its address cannot be taken.
template <class T, class Name>
struct with_name : T, Name {};

template <class T>
concept can_be_base = std::is_class_v<T> && !std::is_final_v<T>;

/// Of any type, for code that a static_assert refuses.
template <class T>
T unmade();

/// False, for a static_assert that refuses whatever a template is made of.
template <class...>
inline constexpr bool is_never_made = false;

} // namespace corest::detail
