#pragma once

#include <corest/source/plan/secret_names.hpp>

namespace corest::source::detail {

COREST_DECL std::vector<std::string> secret_names(const auth_config& auth)
{
    std::vector<std::string> out;
    auth_config copy = auth; // its texts are visited for writing
    copy.for_each_text([&](const source_text& text) {
        if (text.is_secret()) {
            out.push_back(text.secret_name());
        }
    });
    return out;
}

} // namespace corest::source::detail
