#pragma once

/// \file
/// What conditional requests are made of: responses that are kept, and where. The concept of a cache, and one in
/// memory.

#include <corest/config.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/http/headers.hpp>
#include <corest/net.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// A response with the status 200 that is kept. A value, made of texts and numbers: to be written to a file or a store
/// as it is.
class cached_response {
public:
    cached_response() = default;

    std::string reason;      ///< the text behind the status
    corest::headers headers; ///< with ETag or Last-Modified, or both
    std::string body;        ///< decoded
    /// The fields of the request that the response depends on (Vary), with their values.
    std::vector<std::pair<std::string, std::string>> varying;

    /// About so many bytes of memory.
    [[nodiscard]] COREST_DECL std::size_t footprint() const noexcept;
};

/// How a cache hands responses out; null where it has none.
using cached_pointer = std::shared_ptr<const cached_response>;

namespace detail {

template <class T>
concept finds_responses = requires(T& cache, const std::string& key) {
    requires std::same_as<decltype(cache.find(key)), cached_pointer>
        || std::same_as<decltype(cache.find(key)), net::awaitable<cached_pointer>>;
};

template <class T>
concept stores_responses = requires(T& cache, const std::string& key, cached_pointer kept) {
    requires std::same_as<decltype(cache.store(key, kept)), void>
        || std::same_as<decltype(cache.store(key, kept)), net::awaitable<void>>;
};

} // namespace detail

/// Models: anything that keeps responses, and finds them at once or after awaiting.
///
/// - `find(const std::string& key)` gives a `cached_pointer`, or a `net::awaitable` of one;
/// - `store(const std::string& key, cached_pointer kept)` gives nothing, or a `net::awaitable<void>`. It takes the
///   place of what has the same key. Whether, and for how long, it is kept is the cache's own affair.
///
/// A key is 64 hexadecimal digits. They are a digest of the request, which tells nothing of it: fit for a file's name.
/// An awaitable may not refer to the arguments after its first suspension. What a cache throws ends the request: one
/// that cannot read its store had better find nothing. It is called where the client runs; one that several clients
/// share may be called on several threads.
template <class T>
concept response_cache = detail::finds_responses<T> && detail::stores_responses<T>;

namespace detail {

/// Says at compile time what a type lacks to be a cache of responses.
template <class T>
constexpr void explain_response_cache()
{
    static_assert(finds_responses<T>,
        "this cache lacks find(const std::string& key), which returns cached_pointer or net::awaitable of it");
    static_assert(stores_responses<T>,
        "this cache lacks store(const std::string& key, cached_pointer kept), which returns void or "
        "net::awaitable<void>");
}

} // namespace detail

/// A cache of any type, shared: copies are the same one.
class any_response_cache {
public:
    /// Takes a cache over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_response_cache>) && response_cache<std::remove_cvref_t<T>>
    any_response_cache(T&& cache) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(cache)))
    {
    }

    /// As the cache's own. \param key lives until this has ended
    [[nodiscard]] net::awaitable<cached_pointer> find(const std::string& key) const { return self_->find(key); }
    /// As the cache's own. \param key lives until this has ended \param kept is to be kept
    [[nodiscard]] net::awaitable<void> store(const std::string& key, cached_pointer kept) const
    {
        return self_->store(key, std::move(kept));
    }

private:
    struct interface : detail::polymorphic {
        virtual net::awaitable<cached_pointer> find(const std::string& key) = 0;
        virtual net::awaitable<void> store(const std::string& key, cached_pointer kept) = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        net::awaitable<cached_pointer> find(const std::string& key) override
        {
            if constexpr (std::same_as<decltype(value.find(key)), cached_pointer>) {
                co_return value.find(key);
            } else {
                co_return co_await value.find(key);
            }
        }
        net::awaitable<void> store(const std::string& key, cached_pointer kept) override
        {
            if constexpr (std::same_as<decltype(value.store(key, kept)), void>) {
                value.store(key, std::move(kept));
                co_return;
            } else {
                co_await value.store(key, std::move(kept));
            }
        }
        T value;
    };

    std::shared_ptr<interface> self_;
};

/// Responses in memory: the ones that were used last, up to a number of bytes. Copies share them; any thread may use
/// them.
class memory_cache {
public:
    /// \param bytes in all, keys and headers included; a response that is larger is not kept
    COREST_DECL explicit memory_cache(std::size_t bytes = std::size_t{64} << 20);

    /// What is kept under a key; null where there is nothing.
    [[nodiscard]] COREST_DECL cached_pointer find(const std::string& key);
    /// Keeps a response; those that were not used for the longest time make room for it.
    COREST_DECL void store(const std::string& key, cached_pointer kept);

    /// How many bytes are kept.
    [[nodiscard]] COREST_DECL std::size_t bytes() const;
    /// How many responses are kept.
    [[nodiscard]] COREST_DECL std::size_t size() const;
    /// Forgets them all.
    COREST_DECL void clear();

private:
    class state;
    std::shared_ptr<state> state_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/response_cache.ipp>
#endif
