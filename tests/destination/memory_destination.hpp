#pragma once

/// \file
/// A destination in memory: as small as one can be that keeps the contract.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/destination/table_ledger.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// Tables of lines of JSON. All of the work is done within the calls: memory needs no thread of its own.
class memory_destination {
public:
    using lines = std::vector<std::string>;
    using tables = std::map<std::string, lines>;

    explicit memory_destination(std::shared_ptr<tables> visible) : visible_(std::move(visible)) {}

    net::awaitable<void> open(table t)
    {
        ledger_.check(t);
        if (auto* before = ledger_.complete_entry(t.name)) {
            finish({before, false, {before}});
        }
        (*visible_)[t.name]; // exists from now on
        ledger_.add(std::move(t), std::make_unique<lines>());
        co_return;
    }
    net::awaitable<void> write(std::string name, page p)
    {
        detail::table_work work(detail::table_work::operation::write, std::move(name), std::move(p));
        detail::store_error::attempt(work, [&] { store(ledger_.open_entry(work.target.name), work.rows); });
        if (work.failure) {
            std::rethrow_exception(work.failure);
        }
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
    using ledger = table_ledger<lines>;
    void store(const ledger::entry& e, const page& p)
    {
        const table& t = e.definition();
        lines rows = t.is_staged() ? e.target() : visible_->at(t.name); // a page is stored in full or not at all
        const auto members = detail::bound_columns(p);
        detail::store_error::for_each_record(p.size(), [&](std::size_t i) {
            std::string line;
            detail::ndjson_line::append(line, p.json(i), members);
            if (t.is_keyed()) {
                std::string lacking;
                const auto key_of = [&](auto& l) { return detail::ndjson_line::key(l, t.primary_key, {}, lacking); };
                const auto key = key_of(line);
                if (!key) {
                    throw detail::store_error::missing_key(t.name, lacking, p.json(i));
                }
                std::erase_if(rows, [&](const std::string& old) { return key_of(old) == key; });
            }
            rows.push_back(std::move(line));
        });
        (t.is_staged() ? e.target() : visible_->at(t.name)) = std::move(rows);
    }

    void finish(const ledger::ending& end)
    {
        for (const ledger::entry* e : end.visible) {
            lines& rows = visible_->at(e->definition().name);
            if (e->definition().disposition == write_disposition::replace) {
                rows.clear();
            }
            rows.insert(rows.end(), e->target().begin(), e->target().end());
        }
        ledger_.conclude(end);
    }
    std::shared_ptr<tables> visible_;
    ledger ledger_;
};

} // namespace corest::test
