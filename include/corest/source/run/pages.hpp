#pragma once

/// \file
/// A source as a generator: the pages of all its resources, as they come.

#include <corest/async_generator.hpp>
#include <corest/config.hpp>
#include <corest/net.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/resource/tree.hpp>
#include <corest/select/page.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/connect.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace corest::source {

/// A page of one of a source's resources.
class source_page {
public:
    /// \param name of the resource
    /// \param event of the tree, which is accepted when this is destroyed
    source_page(std::string name, tree_event event) : name_(std::move(name)), event_(std::move(event)) {}

    /// The resource that it is a page of.
    [[nodiscard]] const std::string& resource() const noexcept { return name_; }
    /// Its records.
    [[nodiscard]] const corest::page& page() const noexcept { return event_.page(); }
    /// Where its walk stands after it.
    [[nodiscard]] const walk_position& position() const noexcept { return event_.position(); }
    /// The walks of child resources that its records open: they begin when this is destroyed, or `accept` is called.
    [[nodiscard]] const std::vector<opened_walk>& opened() const noexcept { return event_.opened(); }
    /// The page is where it belongs: the walks that it opens may begin.
    void accept() { event_.accept(); }

private:
    std::string name_;
    tree_event event_;
};

/// Reads all resources of a plan, children as their parents' pages have been taken, on a strand over `executor`, or on
/// that itself where it is one. The pages may be awaited, and accepted, on any executor.
///
/// A resource that fails ends together with what is below it, and the others go on, unless the failure concerns the
/// whole API (host, TLS, credentials). When everything else has been handed out, the first failure is thrown.
/// A page is accepted when it is destroyed: who keeps pages has to call `source_page::accept`. No more than 64 pages or
/// 1 MiB of a resource are handed out that are not accepted; `next()` then waits for one of them.
/// \param executor where all that works
/// \param p the plan, with its secrets looked up (`resolve_secrets`)
/// \param options how the API is reached
/// \param limit rows of each resource
/// \throws error as `walk_steps` and `bind_field`, with no secret in it
[[nodiscard]] COREST_DECL async_generator<source_page> pages(net::any_io_executor executor, plan p,
    connect_options options = connect_options(), std::uint64_t limit = collection::unlimited);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/pages.ipp>
#endif
