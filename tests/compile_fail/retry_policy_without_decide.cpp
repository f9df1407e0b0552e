// A retry policy whose `decide` is not const: policies are shared.
// says: this retry policy lacks decide(unsigned attempts, const attempt_outcome&, double chance) const

#include <corest/retry/retry.hpp>

class twice {
public:
    corest::retry_decision decide(unsigned attempts, const corest::attempt_outcome&, double)
#if !defined(COREST_MISUSE)
        const
#endif
    {
        using action = corest::retry_decision::action;
        return {attempts < 2 ? action::again : action::finish, std::chrono::milliseconds(100)};
    }
};

corest::retry make()
{
    return corest::retry(twice());
}
