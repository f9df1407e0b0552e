#pragma once

/// \file
/// Loads whole tables into a destination, as a run does.

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>

#include <support/run.hpp>

#include <string>
#include <utility>
#include <vector>

/// A table and all of its pages.
class table_load {
public:
    explicit table_load(corest::table t, std::vector<corest::page> p = {}) : target(std::move(t)), pages(std::move(p))
    {
    }
    corest::table target;
    std::vector<corest::page> pages;
};

/// \name Single steps of a load, as coroutines that own what they are given
/// @{
inline corest::net::awaitable<void> open(corest::any_destination into, corest::table t)
{
    co_await into.open(std::move(t));
}

inline corest::net::awaitable<void> write(corest::any_destination into, std::string name, corest::page p)
{
    co_await into.write(std::move(name), std::move(p));
}

inline corest::net::awaitable<void> open_and_write(corest::any_destination into, corest::table t, corest::page p)
{
    const std::string name = t.name;
    co_await into.open(std::move(t));
    co_await into.write(name, std::move(p));
}

inline corest::net::awaitable<void> close(corest::any_destination into, std::string name)
{
    co_await into.close(std::move(name));
}

inline corest::net::awaitable<void> abandon(corest::any_destination into, std::string name)
{
    co_await into.abandon(std::move(name));
}
/// @}

/// What a coroutine fails with.
inline corest::error failure_of(corest::net::awaitable<void> work)
{
    corest::net::io_context context;
    try {
        run(context, std::move(work));
    } catch (const corest::error& e) {
        return e;
    }
    return corest::error(corest::errc::invalid_argument, "nothing failed");
}

/// Opens all tables, writes their pages in turns, closes them.
/// \param step called after each call that ended
template <class Step>
corest::net::awaitable<void> load(corest::any_destination into, std::vector<table_load> tables, Step step)
{
    for (const table_load& t : tables) {
        co_await into.open(t.target);
        step();
    }
    bool more = true;
    for (std::size_t i = 0; more; ++i) {
        more = false;
        for (const table_load& t : tables) {
            if (i < t.pages.size()) {
                co_await into.write(t.target.name, t.pages[i]);
                step();
                more = true;
            }
        }
    }
    for (const table_load& t : tables) {
        co_await into.close(t.target.name);
        step();
    }
}

/// One run into a destination of its own.
inline void load(corest::any_destination into, std::vector<table_load> tables)
{
    corest::net::io_context context;
    run(context, load(std::move(into), std::move(tables), [] {}));
}

inline void load(corest::any_destination into, const corest::table& target, std::vector<corest::page> pages)
{
    std::vector<table_load> tables;
    tables.emplace_back(target, std::move(pages));
    load(std::move(into), std::move(tables));
}

/// What a load fails with: the kind, and the text for people. `destination_failed` and "" where it does not fail.
template <class... Arguments>
corest::error failure_of_load(Arguments&&... arguments)
{
    try {
        load(std::forward<Arguments>(arguments)...);
    } catch (const corest::error& e) {
        return e;
    }
    return corest::error(corest::errc::invalid_argument, "nothing failed");
}
