#pragma once

/// \file
/// The answer to a speculative request that was not sent.

#include <corest/http/response.hpp>

namespace corest::detail {

/// A 429 after no attempt: the server has asked for a pause, or a rate budget is spent.
[[nodiscard]] inline response unsent_response()
{
    response none;
    none.status = 429;
    none.attempts = 0;
    return none;
}

} // namespace corest::detail
