/// \file
/// A fuzzer for what a run that is gone on with reads: a directory's journal, what databases keep, a flow's state.

#include "fuzz_target.hpp"

#include <corest/destination/impl/directory_state.ipp>
#include <corest/destination/progress.hpp>
#include <corest/incremental/cursor_state.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/frontier_text.hpp>
#include <corest/resource/tree.hpp>
#include <corest/testing/scripted_transport.hpp>

#include COREST_ASIO(io_context.hpp)

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace state_fuzz {

using corest::errc;

std::vector<std::string> lines_of(const corest::detail::directory_state& state)
{
    std::vector<std::string> lines;
    state.add_all([&](std::string_view line) { lines.emplace_back(line); });
    return lines;
}

/// A journal's lines; what they come to is written, read and written again as the same.
void check_journal(std::string_view text)
{
    corest::detail::directory_state state;
    const auto taken = fuzz::accepted({errc::not_json, errc::wrong_type, errc::field_missing}, [&] {
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            state.take(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return true;
    });
    if (!taken) {
        return;
    }
    for (const corest::detail::directory_run& run : state.runs) {
        (void)fuzz::accepted({errc::destination_failed}, [&] { return run.told(); });
    }
    const std::vector<std::string> written = lines_of(state);
    corest::detail::directory_state again;
    for (const std::string& line : written) {
        again.take(line);
    }
    fuzz::expect(lines_of(again) == written, "a journal is written again as another one");
}

void check_frontier(std::string_view text)
{
    static corest::net::io_context context;
    static const corest::tree all = [] {
        corest::tree made;
        const auto server =
            std::make_shared<corest::test::scripted_transport>(corest::test::scripted_transport::replies());
        const corest::client api(context.get_executor(), corest::any_transport(server), "http://api.test");
        const auto node = [&api](const char* name) {
            auto content = std::make_shared<corest::collection>(
                api, corest::request_template(corest::request("GET", "http://api.test/")));
            content->name = name;
            return content;
        };
        made.add(corest::tree_node(node("parents")));
        made.add(corest::tree_node(node("children"), 0));
        return made;
    }();
    if (const auto read = fuzz::accepted({errc::invalid_argument}, [&] { return corest::read_frontier(all, text); })) {
        const std::string written = corest::frontier_text(*read);
        fuzz::expect(
            corest::frontier_text(corest::read_frontier(all, written)) == written, "another state: " + written);
    }
}

void check_kept_texts(std::string_view text)
{
    if (const auto read = fuzz::accepted({errc::destination_failed}, [&] { return corest::read_bindings(text); })) {
        const std::string written = corest::bindings_text(*read);
        fuzz::expect(corest::bindings_text(corest::read_bindings(written)) == written, "other bindings: " + written);
    }
    if (const auto read = fuzz::accepted({errc::destination_failed}, [&] { return corest::read_parents(text); })) {
        fuzz::expect(corest::read_parents(corest::parents_text(*read)) == *read, "other parents");
    }
    if (const auto read = fuzz::accepted({errc::invalid_argument}, [&] { return corest::cursor_state(text); })) {
        const std::string written = read->text();
        fuzz::expect(corest::cursor_state(written).text() == written, "another cursor: " + written);
    }
}

void run(fuzz::input given)
{
    const std::string_view text = given.rest();
    check_journal(text);
    check_frontier(text);
    check_kept_texts(text);
}

} // namespace state_fuzz
} // namespace

COREST_FUZZ_TARGET(state)
