/// \file
/// The command `api_server`: the example API, until it is interrupted.

#include <api_server/server.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::string_view help = R"(usage: api_server [OPTION [VALUE]]...

An API to try corest on: six APIs below /seed000 to /seed004 and /library, with their authentication and paging. GET / lists them.
A record (a list's path, and the record's key) is read by GET and changed by PATCH (RFC 7396). A list takes
modified_since=DATE-TIME: records with an earlier date_modified, as RFC 3339 writes it in UTC, are left out.
OAuth 2 tokens (client credentials) are given by POST to /seed000/oauth/token and /seed002/getAccess.

  --address ADDRESS       listen there (127.0.0.1)
  --port N                listen on this port; 0 takes one that is free (0)
  --port-file FILE        write the port into this file once the server listens
  --tls-certificate FILE  speak TLS with this certificate (PEM) ...
  --tls-key FILE          ... and its private key (PEM)
  --seed-data N           other records for another number (1)
  --size NAME=N           so many records for each parent, on average (samples=20, seed003/samples=20); repeatable
  --exact-sizes           exactly so many for every parent
  --page-size N           records in a page of seed004 (30)
  --limit-cap NAME=N      never more records in a page, whatever limit asks for (samples=50, *=50); repeatable
  --token-lifetime N      seconds until an OAuth 2 token expires (3600)
  --workspace NAME        the workspace of seed004 (acme)
  --misbehave RULE        repeatable; RULE is "ACTION PATH [times=N] [skip=N] [each]", where ACTION is a status as in
                          503, retry-after=SECONDS, retry-after-date=SECONDS, latency=MILLISECONDS, drop, cut, gzip,
                          html, refuse-token, repeat-last-page or redirect=URL, and * in PATH stands for any characters
  --print-environment     print the credentials as shell variables, and end
  --help                  print this, and end
)";

struct settings {
    example_api::server_options server;
    std::string port_file;
    std::vector<example_api::rule> rules;
    bool print_environment = false;
    bool print_help = false;
};

std::size_t number(const std::string& option, std::string_view digits, std::size_t least, std::size_t most)
{
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < least || value > most) {
        throw std::invalid_argument(option + " takes a number from " + std::to_string(least) + " to "
            + std::to_string(most) + ", found '" + std::string(digits) + "'");
    }
    return value;
}

template <class Map>
void read_size(const std::string& option, const std::string& word, Map& sizes)
{
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
        throw std::invalid_argument(option + " takes NAME=NUMBER as in samples=20, found '" + word + "'");
    }
    sizes[word.substr(0, equals)] = number(option, std::string_view(word).substr(equals + 1), 0, 1'000'000'000);
}

settings read_options(const std::vector<std::string>& words)
{
    settings s;
    auto& api = s.server.api;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string& option = words[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == words.size()) {
                throw std::invalid_argument(option + " lacks its value");
            }
            return words[++i];
        };
        const auto value_number = [&](std::size_t least, std::size_t most) {
            return number(option, value(), least, most);
        };
        if (option == "--address") {
            s.server.address = value();
        } else if (option == "--port") {
            s.server.port = static_cast<std::uint16_t>(value_number(0, 65'535));
        } else if (option == "--port-file") {
            s.port_file = value();
        } else if (option == "--tls-certificate") {
            s.server.certificate_file = value();
        } else if (option == "--tls-key") {
            s.server.private_key_file = value();
        } else if (option == "--seed-data") {
            api.data.data_seed = value_number(0, std::numeric_limits<std::size_t>::max());
        } else if (option == "--size") {
            read_size(option, value(), api.data.sizes);
        } else if (option == "--exact-sizes") {
            api.data.exact_sizes = true;
        } else if (option == "--page-size") {
            api.page_size = value_number(1, 1'000'000);
        } else if (option == "--limit-cap") {
            read_size(option, value(), api.limit_caps);
        } else if (option == "--token-lifetime") {
            api.token_lifetime = std::chrono::seconds(value_number(1, 1'000'000));
        } else if (option == "--workspace") {
            api.workspace = value();
        } else if (option == "--misbehave") {
            s.rules.push_back(example_api::rule::parse(value()));
        } else if (option == "--print-environment") {
            s.print_environment = true;
        } else if (option == "--help") {
            s.print_help = true;
        } else {
            throw std::invalid_argument("unknown option '" + option + "'; --help lists those that there are");
        }
    }
    if (s.server.certificate_file.empty() != s.server.private_key_file.empty()) {
        throw std::invalid_argument("--tls-certificate and --tls-key go together");
    }
    return s;
}

/// What a shell needs to run the seed documents against the server.
void print_environment(const example_api::credentials& known)
{
    const auto print = [](const char* name, const std::string& value) {
        std::cout << "export " << name << "='" << value << "'\n";
    };
    print("CLIENT_ID", known.client_id);
    print("CLIENT_SECRET", known.client_secret);
    print("SECRET_KEY", known.secret_key);
    print("API_KEY", known.api_key);
    print("ACCESS_TOKEN", known.access_token);
    print("API_TOKEN", known.api_token);
    print("API_SECRET", known.api_secret);
}

/// Writes the port so that a reader sees either no file or the whole of it.
void write_port_file(const std::string& name, std::uint16_t port)
{
    const std::string draft = name + ".new";
    std::ofstream out(draft);
    out << port << '\n';
    out.close();
    if (!out) {
        throw std::runtime_error("cannot write the port to " + draft);
    }
    std::filesystem::rename(draft, name);
}

} // namespace

int main(int argc, char** argv)
{
    try {
        settings s = read_options(std::vector<std::string>(argv + 1, argv + argc));
        if (s.print_help) {
            std::cout << help;
            return 0;
        }
        if (s.print_environment) {
            print_environment(s.server.api.secrets);
            return 0;
        }
        boost::asio::io_context context(1);
        boost::asio::signal_set interrupted(context, SIGINT, SIGTERM);
        example_api::server server(context, std::move(s.server));
        for (example_api::rule& r : s.rules) {
            server.misbehave(std::move(r));
        }
        interrupted.async_wait([&](const boost::system::error_code&, int) { server.stop(); });
        if (!s.port_file.empty()) {
            write_port_file(s.port_file, server.port());
        }
        std::cout << "listening on " << server.origin() << std::endl;
        context.run();
        return 0;
    } catch (const std::invalid_argument& e) {
        std::cerr << "api_server: " << e.what() << '\n';
        return 2;
    } catch (const std::exception& e) {
        std::cerr << "api_server: " << e.what() << '\n';
        return 1;
    }
}
