#pragma once

/// \file
/// The example API without a network: a request goes in, the answer comes out.
///
/// Below `/seed000` to `/seed004` are the APIs that the five seed documents describe, and below `/library` one whose
/// collections are paged and signed each in another way; give the client the base URL
/// `http://127.0.0.1:PORT/seed003`. `GET /` lists what there is.

#include <api_server/dataset.hpp>
#include <api_server/misbehaviour.hpp>
#include <api_server/options.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace example_api {

using http_request = boost::beast::http::request<boost::beast::http::string_body>;
using http_response = boost::beast::http::response<boost::beast::http::string_body>;

/// What comes back for a request.
struct answer {
    http_response message;
    std::chrono::milliseconds latency{0}; ///< send it so much later
    bool drop = false;                    ///< close the connection instead of sending it
    bool cut = false;                     ///< close the connection in the middle of its body
};

/// The APIs. `handle` is for one thread; the rest is safe to use beside it.
class apis {
public:
    explicit apis(api_options options = {});

    /// Answers a request.
    /// \param origin scheme, host and port under which the client reaches the API, for absolute links
    [[nodiscard]] answer handle(const http_request& request, std::string_view origin);

    [[nodiscard]] const api_options& options() const noexcept { return options_; }
    [[nodiscard]] const dataset& data() const noexcept { return data_; }
    [[nodiscard]] rulebook& rules() noexcept { return rules_; }

    /// From now on refuses the access tokens given out so far.
    void expire_tokens() noexcept;

    /// From now on shows every record as changed so often.
    void set_revision(std::uint64_t revision) noexcept { revision_ = revision; }

private:
    using query = std::multimap<std::string, std::string, std::less<>>;
    struct place;

    [[nodiscard]] http_response respond(const http_request& request, std::string_view origin, const effects& effect);
    [[nodiscard]] http_response give_token(const http_request& request, std::string_view api) const;
    /// \param how of the collection that is asked for
    [[nodiscard]] bool is_authorized(
        const http_request& request, std::string_view api, const query& parameters, credential how) const;
    /// Whether it is a token for an assertion that our key's owner has signed (RFC 7523).
    [[nodiscard]] bool is_own_assertion(std::string_view assertion) const;
    [[nodiscard]] bool is_valid_token(std::string_view token, std::string_view api) const;
    [[nodiscard]] std::optional<place> locate(std::string_view api, const std::vector<std::string>& path) const;
    [[nodiscard]] http_response list(const place& asked, const query& parameters, std::string_view self,
        std::string_view origin, const effects& effect) const;
    /// The record that a path names: that of a list, and a key below it.
    [[nodiscard]] std::optional<place> locate_record(std::string_view api, const std::vector<std::string>& path) const;
    /// A record with what clients have changed of it.
    [[nodiscard]] boost::json::object shown(dataset::index collection, dataset::index record) const;
    /// PATCH of a record (RFC 7396).
    [[nodiscard]] http_response change(const place& asked, const http_request& request);
    [[nodiscard]] std::vector<dataset::index> modified_since(const place& asked, const std::string& since) const;
    [[nodiscard]] std::size_t limit_cap(const collection& c) const;

    api_options options_;
    dataset data_;
    rulebook rules_;
    std::map<std::pair<dataset::index, dataset::index>, boost::json::object> changes_; // by collection and record
    std::atomic<std::uint64_t> refused_tokens_{0};                                     // those up to this serial number
    std::atomic<std::uint64_t> revision_{0};
};

} // namespace example_api
