#pragma once

#include <corest/concurrency/detail/context_member.hpp>

#include COREST_ASIO(execution_context.hpp)

#include <mutex>
#include <set>

namespace corest::detail {

/// The members of one context. Outlives it where one of them does.
class context_members {
public:
    void add(context_member& member)
    {
        const std::lock_guard lock(access_);
        members_.insert(&member);
    }
    void remove(context_member& member)
    {
        const std::lock_guard lock(access_);
        members_.erase(&member);
    }
    /// The context is being destroyed. A member may be destroyed by what another one does at its end.
    void end()
    {
        while (context_member* const member = take()) {
            member->end();
        }
    }

private:
    context_member* take()
    {
        const std::lock_guard lock(access_);
        if (members_.empty()) {
            return nullptr;
        }
        context_member* const member = *members_.begin();
        members_.erase(members_.begin());
        return member;
    }

    std::mutex access_;
    std::set<context_member*> members_;
};

/// Notices the end of its context.
class context_watch final : public net::execution_context::service {
public:
    using key_type = context_watch;
    inline static net::execution_context::id id;

    explicit context_watch(net::execution_context& context) : net::execution_context::service(context) {}

    [[nodiscard]] const std::shared_ptr<context_members>& members() const noexcept { return members_; }

private:
    void shutdown() noexcept override { members_->end(); }

    std::shared_ptr<context_members> members_ = std::make_shared<context_members>();
};

COREST_DECL context_member::context_member(net::any_io_executor executor, std::function<void()> end)
    : executor_(std::move(executor)),
      end_(std::move(end))
{
    net::execution_context& context = net::query(executor_, net::execution::context);
    members_ = net::use_service<context_watch>(context).members();
    members_->add(*this);
}

COREST_DECL context_member::~context_member()
{
    members_->remove(*this);
}

} // namespace corest::detail
