#pragma once

/// \file
/// How the example API is set up.

#include <api_server/dataset.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace example_api {

/// What the clients must know. The defaults have characters that forms, URLs and headers must encode.
struct credentials {
    std::string client_id = "example client";          ///< seed000 and seed002: OAuth 2 client credentials
    std::string client_secret = "s3cr3t/+ &=%";        ///< seed000
    std::string secret_key = "another+secret/key";     ///< seed002
    std::string api_key = "key+with/odd=signs&more";   ///< seed001: in the query as `api_key`
    std::string access_token = "0f1e2d3c4b5a69788796"; ///< seed003: bearer
    std::string api_token = "7c1f09";                  ///< seed004: the user name
    std::string api_secret = "p\xC3\xA4ss:word";       ///< seed004: the password, "päss:word"
    /// library: PEM of the public RSA key whose owner may have a token for an assertion (RFC 7523); empty: nobody may.
    std::string assertion_key;
};

/// What the APIs do. "library" takes the credentials of the others, another one for each way to sign.
struct api_options {
    dataset_options data;
    credentials secrets;
    std::string workspace = "acme"; ///< seed004: the only workspace that there is

    /// How long an OAuth 2 access token is valid.
    std::chrono::milliseconds token_lifetime{3'600'000};
    /// What the token endpoint says as `expires_in`; without it the truth, rounded up to seconds.
    std::optional<std::chrono::seconds> announced_lifetime;

    std::size_t default_limit = 100; ///< records in a page where `limit` is not asked for; seed003: ten times as many
    std::size_t page_size = 30;      ///< seed004 and library: records in a page
    /// The most records in a page whatever `limit` asks for, by "seed003/samples", "samples" or "*".
    std::map<std::string, std::size_t, std::less<>> limit_caps;
};

/// Where the example API listens.
struct server_options {
    api_options api;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;       ///< 0: one that is free
    std::string certificate_file; ///< PEM; with it and the key the server speaks TLS
    std::string private_key_file; ///< PEM
};

} // namespace example_api
