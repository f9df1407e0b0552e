/// \file
/// A flow that is killed half way, and goes on where it stopped.
///
///     resume_flow BASE_URL TOKEN FILE [PAGES]   reads on into FILE; kills itself after so many pages
///     resume_flow                               starts the example API and itself, is killed, goes on, and compares

#include <api_server/server.hpp>

#include <corest/corest.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace net = boost::asio;

/// The records of the pages that were read, a line each, and behind those of each page a line with the flow's state.
/// Records without a state behind them are of a page that was not stored as a whole: they are cut off.
class journal {
public:
    explicit journal(std::string path) : path_(std::move(path))
    {
        std::ifstream in(path_);
        const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const auto last = text.rfind("\n" + mark);
        const auto begin = last == std::string::npos ? last : last + 1 + mark.size();
        const auto end = begin == std::string::npos ? begin : text.find('\n', begin);
        if (end != std::string::npos) {
            state_ = text.substr(begin, end - begin);
            std::filesystem::resize_file(path_, end + 1);
        } else {
            std::ofstream(path_, std::ios::trunc);
        }
    }

    [[nodiscard]] const std::string& state() const { return state_; }

    void store(const corest::page& page, const std::string& state)
    {
        std::string text;
        for (const corest::record& r : page) {
            text += r.json();
            text += '\n';
        }
        text += mark + state + '\n';
        std::ofstream(path_, std::ios::app) << text << std::flush;
    }

    [[nodiscard]] std::multiset<std::string> records() const
    {
        std::multiset<std::string> all;
        std::ifstream in(path_);
        for (std::string line; std::getline(in, line);) {
            if (!line.starts_with(mark)) {
                all.insert(line);
            }
        }
        return all;
    }

private:
    inline static const std::string mark = "# state ";
    std::string path_;
    std::string state_;
};

corest::resource samples_of(const corest::client& api)
{
    const auto paging = corest::offset(2).offset_param("Offset").limit_param("Limit");
    const auto projects =
        corest::get(api, "/users/current/projects") | corest::paginate(paging) | corest::select("Response.Items");
    return projects | corest::expand("/projects/<id>/samples").concurrency(4) | corest::paginate(paging)
        | corest::select("Response.Items");
}

/// \param most kills the process after so many pages; 0: reads to the end
net::awaitable<void> read_on(std::string base_url, std::string token, journal& into, int most)
{
    const auto executor = co_await net::this_coro::executor;
    const auto api = corest::http_client(executor, base_url) | corest::authorize(corest::bearer(std::move(token)));
    corest::resumable_pages pages(samples_of(api), into.state());
    int count = 0;
    while (auto page = co_await pages.next()) {
        into.store(*page, pages.state());
        if (++count == most) {
            std::raise(SIGKILL);
        }
    }
}

void run(const std::string& base_url, const std::string& token, journal& into, int most)
{
    net::io_context context;
    std::exception_ptr failure;
    net::co_spawn(context, read_on(base_url, token, into, most), [&](std::exception_ptr e) { failure = e; });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

/// Runs this program as another process, and waits until it is killed.
void run_until_killed(std::string program, std::string base_url, std::string token, std::string file, std::string pages)
{
    char* words[] = {program.data(), base_url.data(), token.data(), file.data(), pages.data(), nullptr};
    pid_t process = 0;
    int status = 0;
    if (posix_spawn(&process, program.c_str(), nullptr, nullptr, words, environ) != 0
        || waitpid(process, &status, 0) != process || !WIFSIGNALED(status))
    {
        throw std::runtime_error("the first process was not killed half way");
    }
}

int main(int argc, char** argv)
{
    try {
        if (argc >= 4) {
            journal into(argv[3]);
            run(argv[1], argv[2], into, argc > 4 ? std::atoi(argv[4]) : 0);
            std::cout << into.records().size() << " samples\n";
            return 0;
        }
        const example_api::server example;
        const std::string base_url = example.base_url("seed003");
        const std::string token = example.secrets().access_token;
        const std::filesystem::path folder = std::filesystem::temp_directory_path() / std::to_string(::getpid());
        std::filesystem::create_directory(folder);

        const std::string whole_file = (folder / "whole").string();
        journal whole(whole_file);
        run(base_url, token, whole, 0);

        const std::string file = (folder / "samples").string();
        run_until_killed(argv[0], base_url, token, file, "3");
        journal rest(file);
        const std::size_t before = rest.records().size();
        run(base_url, token, rest, 0);
        const bool same = rest.records() == whole.records();
        std::cout << "killed after " << before << " samples, gone on to " << rest.records().size() << ": "
                  << (same ? "the same" : "not the same") << " as without\n";
        std::filesystem::remove_all(folder);
        return same && before < rest.records().size() ? 0 : 1;
    } catch (const std::exception& e) {
        std::cerr << "resume_flow: " << e.what() << '\n';
        return 1;
    }
}
