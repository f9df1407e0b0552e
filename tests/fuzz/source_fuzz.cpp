/// \file
/// A fuzzer for dictionaries: JSON and Python, from the text to the plan, and `--set`. No file is opened.

#include "fuzz_target.hpp"

#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/source.hpp>

#include <boost/json/serialize.hpp>

#include <chrono>
#include <string>

namespace {
namespace source_fuzz {

using corest::errc;
namespace source = corest::source;

void check_plan(const source::source_reading& reading)
{
    const auto plan = fuzz::accepted({errc::invalid_source}, [&] { return source::definition(reading).plan(); });
    if (plan) {
        (void)plan->to_text();
        (void)plan->to_json();
        fuzz::expect(source::plan_hash(plan->details(), 1) == source::plan_hash(plan->details(), 1), "two hashes");
    }
}

void run(fuzz::input given)
{
    source::read_options options;
    options.skip_processing_steps = given.choice(2) == 1;
    options.is_given = [](std::string_view name) { return name.size() % 2 == 1; };
    options.now = [] { return std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000)); };
    const std::string_view text = given.part();
    auto reading =
        fuzz::accepted({errc::invalid_source}, [&] { return source::read_source(text, "source.py", options); });
    if (!reading) {
        return;
    }
    const std::string json = boost::json::serialize(reading->dictionary);
    if (json.substr(0, 1) == "{" && text.substr(0, 1) == "{") {
        fuzz::expect(source::read_source(json) == reading->dictionary, "another dictionary when it is read again");
    }
    check_plan(*reading);
    if (!given.rest().empty()) {
        (void)fuzz::accepted({errc::invalid_source}, [&] {
            source::apply_override(reading->dictionary, given.rest());
            return true;
        });
        check_plan(*reading);
    }
}

} // namespace source_fuzz
} // namespace

COREST_FUZZ_TARGET(source)
