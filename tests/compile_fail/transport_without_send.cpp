// A transport whose `send` takes what it may not keep.
// says: this transport lacks send(request), which returns net::awaitable<response>

#include <corest/http/client.hpp>
#include <corest/http/transport.hpp>

class nowhere {
public:
#if defined(COREST_MISUSE)
    corest::net::awaitable<corest::response> send(corest::request&);
#else
    corest::net::awaitable<corest::response> send(corest::request);
#endif
};

corest::client make(corest::net::any_io_executor executor)
{
    return {executor, nowhere(), "https://api.example.com"};
}
