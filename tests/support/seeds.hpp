#pragma once

/// \file
/// The seed documents, and what a load of them from the example API needs.

#include <api_server/server.hpp>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>

/// Whether the documents are there.
inline bool has_seeds()
{
    return std::filesystem::exists(COREST_SEEDS_DIR);
}

/// The path of a document. \param number "000" to "004"
inline std::string seed_file(const std::string& number)
{
    for (const auto& entry : std::filesystem::directory_iterator(COREST_SEEDS_DIR)) {
        if (entry.path().filename().string().rfind(number + "_", 0) == 0) {
            return entry.path().string();
        }
    }
    throw std::runtime_error("no seed " + number);
}

/// The secrets that an example API takes, by the names that the documents have for them.
inline std::map<std::string, std::string> seed_secrets(const example_api::server& api)
{
    const auto& s = api.secrets();
    return {{"CLIENT_ID", s.client_id}, {"CLIENT_SECRET", s.client_secret}, {"SECRET_KEY", s.secret_key},
        {"API_KEY", s.api_key}, {"ACCESS_TOKEN", s.access_token}, {"API_TOKEN", s.api_token},
        {"API_SECRET", s.api_secret}};
}
