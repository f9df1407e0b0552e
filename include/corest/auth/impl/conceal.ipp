#pragma once

#include <corest/auth/conceal.hpp>

#include <corest/auth/detail/secret_finder.hpp>
#include <corest/error.hpp>

#include <mutex>

namespace corest {

namespace detail {

/// The secrets that a `conceal` knows, ready to be looked for. Threads share it.
class known_secrets {
public:
    explicit known_secrets(std::function<std::vector<std::string>()> ask) : ask_(std::move(ask)) {}
    /// Secrets that stay as they are.
    explicit known_secrets(std::vector<std::string> secrets)
        : finder_(std::make_shared<const secret_finder>(std::move(secrets)))
    {
    }
    known_secrets(const known_secrets&) = delete;
    known_secrets& operator=(const known_secrets&) = delete;
    ~known_secrets() { forget(texts_); }

    /// As they are now.
    [[nodiscard]] std::shared_ptr<const secret_finder> finder()
    {
        if (!ask_) {
            return finder_;
        }
        std::vector<std::string> now = ask_();
        const std::lock_guard lock(access_);
        if (!finder_ || now != texts_) {
            forget(texts_);
            texts_ = now;
            finder_ = std::make_shared<const secret_finder>(std::move(now));
        } else {
            forget(now);
        }
        return finder_;
    }

private:
    static void forget(std::vector<std::string>& texts)
    {
        for (std::string& text : texts) {
            wipe(text);
        }
        texts.clear();
    }

    std::function<std::vector<std::string>()> ask_; ///< none: they stay as they are
    std::mutex access_;
    std::vector<std::string> texts_; ///< those of `finder_`
    std::shared_ptr<const secret_finder> finder_;
};

/// The transport that `conceal` adds.
class concealing_transport {
public:
    concealing_transport(any_transport next, conceal hidden) : next_(std::move(next)), hidden_(std::move(hidden)) {}

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        try {
            response got = co_await next_.send(std::move(r));
            hidden_.mask(got);
            co_return got;
        } catch (...) {
            std::rethrow_exception(hidden_.mask(std::current_exception()));
        }
    }

private:
    any_transport next_;
    conceal hidden_;
};

} // namespace detail

COREST_DECL conceal::conceal(std::vector<std::string> secrets)
    : secrets_(std::make_shared<detail::known_secrets>(std::move(secrets)))
{
}

COREST_DECL conceal::conceal(std::function<std::vector<std::string>()> secrets)
    : secrets_(std::make_shared<detail::known_secrets>(std::move(secrets)))
{
}

COREST_DECL client conceal::apply(const client& api) const
{
    return api.with_transport(detail::concealing_transport(api.transport(), *this))
        .with_mask([hidden = *this](std::string text) { return hidden.mask(std::move(text)); });
}

COREST_DECL std::string conceal::mask(std::string text) const
{
    return text.empty() ? text : secrets_->finder()->mask(std::move(text));
}

COREST_DECL std::exception_ptr conceal::mask(const std::exception_ptr& failure) const
{
    if (!failure) {
        return failure;
    }
    const std::shared_ptr<const detail::secret_finder> finder = secrets_->finder();
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        error masked = e;
        masked.rewrite([&](std::string text) { return finder->mask(std::move(text)); });
        return std::make_exception_ptr(masked);
    } catch (...) {
        const std::string text = describe(failure);
        const std::string masked = finder->mask(text);
        return masked == text ? failure : std::make_exception_ptr(error(errc::foreign_exception, masked));
    }
}

COREST_DECL void conceal::mask(response& got) const
{
    if (got.ok()) {
        return; // records, of whatever format; what a walk says of them it masks itself
    }
    const std::shared_ptr<const detail::secret_finder> finder = secrets_->finder();
    got.reason = finder->mask(std::move(got.reason));
    got.said = finder->mask(std::move(got.said));
    if (!finder->find(got.body.view()).empty()) {
        got.body = padded_buffer(finder->mask(std::string(got.body.view())));
    }
}

} // namespace corest
