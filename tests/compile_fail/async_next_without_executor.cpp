// A callback has no executor of its own: the system's threads would run the walk.
// says: async_next(executor, token) or async_next(net::bind_executor(executor, token))

#include <corest/async_generator.hpp>

#include <optional>

void ask(corest::async_generator<int>& numbers, corest::net::any_io_executor executor)
{
    const auto callback = [](corest::error_code, std::optional<int>) {};
#if defined(COREST_MISUSE)
    static_cast<void>(executor);
    numbers.async_next(callback);
#else
    numbers.async_next(executor, callback);
#endif
}
