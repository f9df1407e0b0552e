/* To be loaded before the C library: a look-up of a name that takes longer than anybody waits. */
#include <netdb.h>
#include <unistd.h>

int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints, struct addrinfo** found)
{
    (void)node;
    (void)service;
    (void)hints;
    (void)found;
    sleep(60);
    return EAI_AGAIN;
}
