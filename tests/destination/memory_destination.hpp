#pragma once

/// \file
/// A destination in memory: as small as one can be that keeps the contract. The page doc/extending.md shows it.

#include <corest/destination/destination.hpp>
#include <corest/destination/json_rows.hpp>
#include <corest/destination/table_ledger.hpp>
#include <corest/net.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace net = corest::net;

/// Tables in memory: of each the JSON texts of its rows. All work is done within the calls: memory needs no thread.
class memory_destination {
public:
    using rows = std::vector<std::string>;
    using tables = std::map<std::string, rows>;

    explicit memory_destination(std::shared_ptr<tables> visible) : visible_(std::move(visible)) {}

    net::awaitable<void> open(corest::table t)
    {
        ledger_.check(t);
        if (auto* complete = ledger_.complete_entry(t.name)) { // closed before, and waits for other tables
            publish(*complete);
        }
        (*visible_)[t.name]; // exists from now on
        ledger_.add(std::move(t), std::make_unique<rows>());
        co_return;
    }
    net::awaitable<void> write(std::string name, corest::page p)
    {
        const auto& entry = ledger_.open_entry(name);
        const corest::table& t = entry.definition();
        const auto fresh = corest::json_rows(t, p);
        rows& target = t.is_staged() ? entry.target() : visible_->at(t.name);
        rows changed = target; // a page is stored in full or not at all
        for (const corest::json_row& row : fresh) {
            if (t.is_keyed()) { // it takes the place of the row with its key
                std::erase_if(
                    changed, [&](const auto& old) { return corest::json_key(old, t.primary_key) == row.key; });
            }
            changed.push_back(row.text);
        }
        target = std::move(changed);
        co_return;
    }
    net::awaitable<void> close(std::string name)
    {
        finish(ledger_.end_by_close(name));
        co_return;
    }
    net::awaitable<void> abandon(std::string name)
    {
        if (const auto end = ledger_.end_by_abandon(name)) {
            finish(*end);
        }
        co_return;
    }

private:
    using ledger = corest::table_ledger<rows>;

    void publish(const ledger::entry& e)
    {
        rows& target = visible_->at(e.definition().name);
        if (e.definition().disposition == corest::write_disposition::replace) {
            target.clear();
        }
        target.insert(target.end(), e.target().begin(), e.target().end());
    }

    void finish(const ledger::ending& end)
    {
        for (const ledger::entry* e : end.visible) {
            publish(*e);
        }
        ledger_.conclude(end);
    }

    std::shared_ptr<tables> visible_;
    ledger ledger_;
};

static_assert(corest::destination<memory_destination>);
