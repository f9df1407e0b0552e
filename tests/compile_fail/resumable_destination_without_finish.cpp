// A destination that begins runs and lacks another member of a resumable one is refused by what it lacks.
// says: this destination lacks finish(bool whole), which returns net::awaitable<void>

#include <corest/destination/destination.hpp>

#include <optional>
#include <string>
#include <vector>

class sink {
public:
    corest::net::awaitable<void> open(corest::table) { co_return; }
    corest::net::awaitable<void> write(std::string, corest::page) { co_return; }
    corest::net::awaitable<void> close(std::string) { co_return; }
    corest::net::awaitable<void> abandon(std::string) { co_return; }
    corest::net::awaitable<corest::stored_run> begin(corest::run_identity) { co_return corest::stored_run(); }
    corest::net::awaitable<void> write(std::string, corest::page, corest::walk_progress) { co_return; }
    corest::net::awaitable<std::optional<std::string>> cursor(std::string, std::string, std::string)
    {
        co_return std::nullopt;
    }
    corest::net::awaitable<std::vector<corest::walk_digest>> seen(std::string, std::optional<corest::walk_digest>)
    {
        co_return std::vector<corest::walk_digest>();
    }
    corest::net::awaitable<corest::destination_state> read_state() { co_return corest::destination_state(); }
    corest::net::awaitable<void> reset(std::optional<std::string>) { co_return; }
#if !defined(COREST_MISUSE)
    corest::net::awaitable<void> finish(bool) { co_return; }
#endif
};

corest::any_destination make()
{
    return sink();
}
