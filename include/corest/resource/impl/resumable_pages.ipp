#pragma once

#include <corest/resource/resumable_pages.hpp>

#include <corest/error.hpp>
#include <corest/resource/collection.hpp>

#include <utility>

namespace corest {

COREST_DECL resumable_pages::resumable_pages(const resource& flow, std::string_view state)
{
    const tree all = flow.as_tree();
    for (const tree_node& node : all.nodes()) {
        if (node.made_pages) {
            throw error(errc::invalid_argument,
                "a flow that begins with values of the program's own cannot go on where it stopped",
                "Begin it with get(api, path), or keep the values that are done yourself");
        }
        if (!node.content->paginator.position()) {
            throw error(errc::invalid_argument,
                "the paginator of " + node.content->name + " cannot go on where an earlier walk stood",
                "Give it position() and resume(position)");
        }
    }
    rest_ = std::make_shared<frontier>(state.empty() ? frontier(all, true) : read_frontier(all, state));
    pages_ =
        read(all.events({}, all.nodes().back().content->api.executor(), rest_.get()), all.nodes().size() - 1, rest_);
}

COREST_DECL async_generator<page> resumable_pages::read(
    async_generator<tree_event> events, std::size_t leaf, std::shared_ptr<frontier> rest)
{
    std::exception_ptr failure;
    while (auto event = co_await events.pull()) {
        if (event->is_end() && event->failure()) {
            failure = event->failure();
            break;
        }
        rest->take(*event);
        page found = event->node() == leaf ? event->page() : page();
        event->accept();
        if (found) {
            co_yield std::move(found);
        }
    }
    if (failure) {
        co_await events.close();
        std::rethrow_exception(failure);
    }
}

} // namespace corest
