#pragma once

#include <corest/resource/walk.hpp>

#include <corest/error.hpp>
#include <corest/resource/detail/page_parts.hpp>
#include <corest/resource/read_ahead.hpp>
#include <corest/resource/report_rules.hpp>

namespace corest {

COREST_DECL async_generator<walk_step> walk_steps(page_walk walk)
{
    detail::read_ahead ahead(walk);
    const auto walked = walk.walked();
    bool taken = false; // the response of the page at hand has come
    try {
        if (walk.needs_start()) {
            std::optional<std::string> kept;
            std::optional<std::string> common;
            if (walked->cursors && !walked->incremental->is_backfill() && !walked->incremental->begins_anew) {
                const std::string partition = walk.partition();
                kept = co_await walked->cursors->read(walked->name, walked->incremental->field, partition);
                if (walked->incremental->partition_limit && !partition.empty()) {
                    common = co_await walked->cursors->read(walked->name, walked->incremental->field, std::string());
                }
            }
            walk.start(kept, common);
            if (!walk.more()) { // there is no window left to ask for: the walk ends without a response
                walk_position reached = walk.position();
                reached.pages = 1;
                walk_step step(page(), std::move(reached), true, walk.cursor());
                co_yield std::move(step);
            }
        }
        request next = walk.more() && !walk.needs_report() ? walk.next_request() : request();
        while (walk.more()) {
            taken = false;
            response got;
            if (walk.needs_report()) {
                got = co_await walk.walked()->report->receive(walk, next);
            } else {
                got = co_await ahead.receive(next);
            }
            taken = true;
            ahead.predict(1);
            ahead.peek(got);
            std::optional<walk_position> before; // of a page that may come in parts
            std::optional<walk_cursor> cursor_before;
            if (constexpr std::size_t large = 64 << 10; got.body.size() >= large) { // it may be compressed
                before = walk.position();
                cursor_before = walk.cursor();
            }
            page current;
            bool refused = false;
            try {
                current = walk.take(std::move(got));
            } catch (const error&) {
                refused = ahead.is_speculative() && walk.is_refused();
                if (!refused) {
                    throw;
                }
            }
            if (refused) { // it was asked for before its turn: what would have come now counts
                taken = false;
                got = co_await ahead.receive_again(next);
                taken = true;
                current = walk.take(std::move(got));
            }
            if (walk.more() && !walk.needs_report()) {
                next = walk.next_request();
                if (walked->ahead) {
                    ahead.learn(current.body().size());
                    ahead.confirm(next);
                    ahead.predict(0);
                }
            } else {
                ahead.drop();
            }
            if (before && detail::page_parts::is_needed(current)) {
                detail::page_parts parts(std::move(current));
                const std::uint64_t known = parts.first_record() - before->records;
                for (;;) {
                    std::shared_ptr<detail::page_data> part = parts.next();
                    part->number = before->pages + parts.count();
                    if (parts.is_done()) {
                        walk.count_parts(parts.count());
                        part->position = walk.position();
                        current = page(std::move(part));
                        break;
                    }
                    part->position = walk.position_within(*before, known + parts.rows(), parts.count());
                    part->cursor = cursor_before;
                    walk_position reached = part->position;
                    walk_step step(page(std::move(part)), std::move(reached), false, cursor_before);
                    co_yield std::move(step);
                }
            }
            walk_position reached = current ? current.position() : walk.position();
            walk_step step(std::move(current), std::move(reached), !walk.more(), walk.cursor());
            step.says_more = walk.says_more();
            co_yield std::move(step);
        }
    } catch (error& e) {
        e.add(walk.context(taken));
        e.rewrite([&](std::string text) { return walk.mask(std::move(text)); });
        throw;
    }
}

COREST_DECL async_generator<page> walk(page_walk walk)
{
    auto steps = walk_steps(std::move(walk));
    while (auto step = co_await steps.pull()) {
        if (step->page) {
            co_yield std::move(step->page);
        }
    }
}

} // namespace corest
