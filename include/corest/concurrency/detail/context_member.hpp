#pragma once

/// \file
/// For what may outlive its io_context: an executor that is forgotten in time.

#include <corest/config.hpp>
#include <corest/net.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace corest::detail {

class context_members;

/// An executor, until its context is destroyed. Sockets and strands that are kept longer touch what is gone, so whoever
/// keeps any is told before: while the context shuts down, when nothing runs any more.
class context_member {
public:
    /// \param executor of the context
    /// \param end called when the context is being destroyed; may be empty. Not called after this is destroyed
    COREST_DECL explicit context_member(net::any_io_executor executor, std::function<void()> end = {});
    context_member(const context_member&) = delete;
    context_member& operator=(const context_member&) = delete;
    COREST_DECL ~context_member();

    /// The executor; empty when its context is gone.
    [[nodiscard]] const net::any_io_executor& executor() const noexcept { return executor_; }

private:
    friend class context_members;
    void end()
    {
        if (end_) {
            end_();
        }
        executor_ = net::any_io_executor();
    }

    net::any_io_executor executor_;
    std::function<void()> end_;
    std::shared_ptr<context_members> members_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/context_member.ipp>
#endif
