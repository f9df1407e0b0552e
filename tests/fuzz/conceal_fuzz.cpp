/// \file
/// A fuzzer for what keeps secrets out of messages: a secret, and a text that has it in it.

#include "fuzz_target.hpp"

#include <corest/auth/detail/secret_finder.hpp>
#include <corest/detail/escaped_character.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_reader.hpp>

#include <string>

namespace {
namespace conceal_fuzz {

void run(fuzz::input given)
{
    const std::size_t at = given.choice(256);
    const std::string secret(given.part());
    const std::string text(given.rest());
    const corest::detail::secret_finder finder({secret});
    const std::string masked = finder.mask(text);
    // An asterisk of its own may stand beside those that take a secret's place, and make another one of it. A character
    // that is one and begins an escape as well is tried as both only so often: a server must not make it take long.
    const auto ambiguous = std::count_if(secret.begin(), secret.end(), corest::detail::begins_escape);
    if (secret.size() < corest::detail::shortest_secret || secret.find('*') != secret.npos || ambiguous > 4) {
        return;
    }
    fuzz::expect(masked.find(secret) == masked.npos, "not masked in the text");
    std::string in_json;
    corest::append_quoted(in_json, secret);
    for (const std::string& spelled :
        {secret, corest::percent_encode(secret), corest::form_encode(secret), corest::detail::base64_of(secret),
            corest::detail::hexadecimal(secret), in_json.substr(1, in_json.size() - 2)})
    {
        std::string around = text;
        around.insert(std::min(at, around.size()), " " + spelled + " ");
        const std::string hidden = finder.mask(around);
        fuzz::expect(hidden.find(" " + spelled + " ") == hidden.npos, "not masked as " + spelled);
    }
}

} // namespace conceal_fuzz
} // namespace

COREST_FUZZ_TARGET(conceal)
