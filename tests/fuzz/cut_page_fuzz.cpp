/// \file
/// A fuzzer for `cut_page`: any text, all classifiers, compared with simdjson.
///
///     clang++ -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -Iinclude -Itests tests/fuzz/cut_page_fuzz.cpp
///         -lsimdjson -o cut_page_fuzz && ./cut_page_fuzz corpus/
///
/// With -DCOREST_FUZZ_STANDALONE instead of -fsanitize=fuzzer it checks the files that it is given.

#include <support/cut_page_property.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string wrong = cut_page_property::check({reinterpret_cast<const char*>(data), size});
    if (!wrong.empty()) {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        std::abort();
    }
    return 0;
}

#if defined(COREST_FUZZ_STANDALONE)

#    include <fstream>
#    include <iterator>

int main(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        std::ifstream in(argv[i], std::ios::binary);
        const std::string body((std::istreambuf_iterator<char>(in)), {});
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
    }
}

#endif
