/// \file
/// A fuzzer for `cut_page`: any text, all classifiers, compared with simdjson.

#include "fuzz_target.hpp"

#include <support/cut_page_property.hpp>

namespace {
namespace cut_page_fuzz {

void run(fuzz::input given)
{
    const std::string wrong = cut_page_property::check(given.rest());
    fuzz::expect(wrong.empty(), wrong);
}

} // namespace cut_page_fuzz
} // namespace

COREST_FUZZ_TARGET(cut_page)
