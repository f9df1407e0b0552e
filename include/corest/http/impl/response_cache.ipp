#pragma once

#include <corest/http/response_cache.hpp>

#include <iterator>
#include <list>
#include <mutex>
#include <unordered_map>

namespace corest {

COREST_DECL std::size_t cached_response::footprint() const noexcept
{
    std::size_t bytes = sizeof *this + reason.size() + body.size();
    for (const header& field : headers) {
        bytes += sizeof field + field.name.size() + field.value.size();
    }
    for (const auto& field : varying) {
        bytes += sizeof field + field.first.size() + field.second.size();
    }
    return bytes;
}

/// What the copies of a cache share.
class memory_cache::state {
public:
    explicit state(std::size_t most_bytes) : limit(most_bytes) {}

    class entry {
    public:
        entry(const std::string& name, cached_pointer response, std::size_t size)
            : key(name),
              kept(std::move(response)),
              bytes(size)
        {
        }
        std::string key;
        cached_pointer kept;
        std::size_t bytes;
    };

    /// \pre access is locked, as for the others
    void erase(std::list<entry>::iterator one)
    {
        bytes -= one->bytes;
        by_key.erase(one->key);
        entries.erase(one);
    }

    const std::size_t limit;
    mutable std::mutex access;
    std::list<entry> entries; ///< the one used last is first
    std::unordered_map<std::string, std::list<entry>::iterator> by_key;
    std::size_t bytes = 0;
};

COREST_DECL memory_cache::memory_cache(std::size_t bytes) : state_(std::make_shared<state>(bytes)) {}

COREST_DECL cached_pointer memory_cache::find(const std::string& key)
{
    const std::lock_guard lock(state_->access);
    const auto found = state_->by_key.find(key);
    if (found == state_->by_key.end()) {
        return nullptr;
    }
    state_->entries.splice(state_->entries.begin(), state_->entries, found->second);
    return found->second->kept;
}

COREST_DECL void memory_cache::store(const std::string& key, cached_pointer kept)
{
    const std::size_t bytes = kept->footprint() + 2 * key.size();
    const std::lock_guard lock(state_->access);
    if (const auto old = state_->by_key.find(key); old != state_->by_key.end()) {
        state_->erase(old->second);
    }
    if (bytes > state_->limit) {
        return;
    }
    while (state_->bytes + bytes > state_->limit) {
        state_->erase(std::prev(state_->entries.end()));
    }
    state_->entries.emplace_front(key, std::move(kept), bytes);
    state_->by_key.emplace(key, state_->entries.begin());
    state_->bytes += bytes;
}

COREST_DECL std::size_t memory_cache::bytes() const
{
    const std::lock_guard lock(state_->access);
    return state_->bytes;
}

COREST_DECL std::size_t memory_cache::size() const
{
    const std::lock_guard lock(state_->access);
    return state_->entries.size();
}

COREST_DECL void memory_cache::clear()
{
    const std::lock_guard lock(state_->access);
    state_->by_key.clear();
    state_->entries.clear();
    state_->bytes = 0;
}

} // namespace corest
