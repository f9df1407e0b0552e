#pragma once

/// \file
/// A key in a header, the query or a cookie.

#include <corest/auth/detail/header_credentials.hpp>
#include <corest/auth/secret.hpp>
#include <corest/error.hpp>
#include <corest/http/cookie_jar.hpp>
#include <corest/http/request.hpp>
#include <corest/http/url.hpp>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// Signs with a named key.
class api_key {
public:
    /// Where the key goes.
    enum class location { header, query, cookie };

    /// \param name of the header, query parameter or cookie
    /// \param key its value
    /// \param place which of the three
    /// \throws error (invalid_argument) where the key is empty, as that of a variable which is not set
    api_key(std::string name, secret key, location place = location::header)
        : name_(std::move(name)),
          key_(std::move(key)),
          place_(place)
    {
        if (key_.empty()) {
            throw error(errc::invalid_argument, "the API key " + name_ + " is empty",
                "Look where it comes from: a variable may not be set");
        }
    }

    /// Writes the key into its place.
    /// \throws error (invalid_argument) where name or key hold characters that the place does not allow
    void sign(request& r) const
    {
        switch (place_) {
        case location::header:
            r.headers.set(name_, key_.reveal(), true);
            break;
        case location::query:
            set_query(r.url, name_, key_.reveal());
            break;
        case location::cookie:
            detail::set_cookie(r.headers, name_, percent_encode(key_.reveal()));
            break;
        }
    }
    /// What must show in no message: the key, and of one such as `Bearer abc` the token alone.
    [[nodiscard]] std::vector<std::string> secrets() const
    {
        std::vector<std::string> all = {key_.reveal()};
        if (place_ == location::header) {
            std::vector<std::string> parts = detail::header_credentials(name_, key_.reveal());
            all.insert(all.end(), std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end()));
        }
        return all;
    }

private:
    std::string name_;
    secret key_;
    location place_;
};

} // namespace corest
