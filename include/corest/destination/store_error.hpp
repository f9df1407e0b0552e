#pragma once

/// \file
/// Failures of a destination's work: where they happened, and how they get back to who asked.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <string_view>

namespace corest::detail::store_error {

/// The same failure, with the table and the page.
[[nodiscard]] COREST_DECL error in_page(const std::string& table, const page& rows, const error& e);

/// Does something for a unit of work and keeps its failure there, with the table and the page.
/// \param work a `table_work`, which this header need not know
template <class Work, class Function>
void attempt(Work& work, Function&& function)
{
    try {
        function();
    } catch (const error& e) {
        work.failure = std::make_exception_ptr(in_page(work.target.name, work.rows, e));
    } catch (const std::exception& e) {
        error_context context;
        context.cause = e.what();
        const error failed(errc::destination_failed, "the table could not be written", {}, context);
        work.failure = std::make_exception_ptr(in_page(work.target.name, work.rows, failed));
    }
}

/// The same failure, said of a record of the page (its index counts from 0, people from 1).
[[nodiscard]] COREST_DECL error in_record(std::size_t index, const error& e);

/// Calls a function with each index below `size`; its failures are said of the record that has it.
template <class Function>
void for_each_record(std::size_t size, Function&& function)
{
    for (std::size_t i = 0; i < size; ++i) {
        try {
            function(i);
        } catch (const error& e) {
            throw in_record(i, e);
        }
    }
}

/// A record has no value in a field of the primary key.
[[nodiscard]] COREST_DECL error missing_key(
    const std::string& table, const std::string& field, std::string_view record);

/// Throws what the system says (errno) about a file, with the message before it.
[[noreturn]] COREST_DECL void throw_system(const std::string& message, int number);

} // namespace corest::detail::store_error

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/store_error.ipp>
#endif
