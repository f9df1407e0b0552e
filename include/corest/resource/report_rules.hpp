#pragma once

/// \file
/// What a collection knows of its reports (`poll`), with placeholders bound. Not for users.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/resource/poll.hpp>
#include <corest/resource/request_template.hpp>
#include <corest/select/json_path.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace corest {

class page_walk;

/// A path with fields of responses in it.
class response_path {
public:
    response_path() = default;
    /// \param text the path
    /// \param values of its placeholders; those of fields of a response as `value_of_field` makes them
    COREST_DECL response_path(const path_template& text, std::vector<placeholder_value> values);

    /// The value of a placeholder that is a field of a response.
    /// \param n its number among those of the path, from 0
    /// \param bindings how many the walk has; the values of its cursor stand behind them, and these behind those
    [[nodiscard]] COREST_DECL static placeholder_value value_of_field(std::size_t bindings, std::size_t n);

    filled_template path;          ///< empty where there is none
    std::vector<json_path> fields; ///< of the responses, in the order of their placeholders
};

/// What has a walk's report made: `detail::receive_report`.
using report_receiver = net::awaitable<response> (*)(page_walk& walk, request& next);

/// How a collection's reports are waited for.
class report_rules {
public:
    /// \param its_settings of the adapter \param its_status where to ask \param its_download where to read; both empty
    /// where a response says it
    /// \param its_receiver `detail::receive_report`, see `receive`
    report_rules(poll its_settings, response_path its_status, response_path its_download, report_receiver its_receiver)
        : settings(std::move(its_settings)),
          status(std::move(its_status)),
          download(std::move(its_download)),
          receive(its_receiver)
    {
    }

    poll settings;           ///< of the adapter
    response_path status;    ///< where to ask
    response_path download;  ///< where to read
    report_receiver receive; ///< where nothing polls, nothing refers to it, and no code is made of it
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/report_rules.ipp>
#endif
