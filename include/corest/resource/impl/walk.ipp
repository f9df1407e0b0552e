#pragma once

#include <corest/resource/walk.hpp>

#include <corest/error.hpp>
#include <corest/resource/read_ahead.hpp>

namespace corest {

COREST_DECL async_generator<walk_step> walk_steps(page_walk walk)
{
    detail::read_ahead ahead(walk);
    const auto walked = walk.walked();
    bool taken = false; // the response of the page at hand has come
    try {
        request next = walk.next_request();
        while (walk.more()) {
            taken = false;
            response got;
            if (ahead.empty()) {
                got = co_await detail::fetch_page(walked, next);
            } else {
                got = co_await ahead.response();
                ahead.pop();
            }
            taken = true;
            ahead.predict(1);
            page current = walk.take(std::move(got));
            if (walk.more()) {
                next = walk.next_request();
                if (walked->ahead) {
                    ahead.confirm(next);
                    ahead.predict(0);
                }
            }
            walk_step step(std::move(current), walk.position(), !walk.more());
            co_yield std::move(step);
        }
    } catch (error& e) {
        e.add(walk.context(taken));
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
