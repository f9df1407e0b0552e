#pragma once

/// \file
/// What the fuzz targets share: how a wrong result is told, and which failures an input may have.
///
/// A target is a file `NAME_fuzz.cpp` with `run(fuzz::input)` in the namespace `NAME_fuzz`, and
/// `COREST_FUZZ_TARGET(NAME)` at its end. tests/fuzz/run.sh builds each with libFuzzer; with COREST_FUZZ_REPLAY they
/// are parts of a test program (corpus_test.cpp) that runs what stands in corpus/NAME.

#include <corest/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace fuzz {

/// What did not hold.
class fault : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// What must hold for every input. \param what the sentence that did not hold, with the values
inline void expect(bool holds, const std::string& what)
{
    if (!holds) {
        throw fault(what); // libFuzzer takes an exception that leaves the target for a crash, and keeps the input
    }
}

/// What a function makes of an input, or nothing where it refuses it with an error of one of these kinds. Any other
/// exception is a fault, and so is an error without words.
template <class Function>
auto accepted(std::initializer_list<corest::errc> kinds, Function&& read) -> std::optional<decltype(read())>
{
    try {
        return read();
    } catch (const corest::error& e) {
        expect(std::find(kinds.begin(), kinds.end(), e.kind()) != kinds.end(),
            std::string("an error of another kind: ") + e.what());
        expect(!e.message().empty(), "an error without words");
        return std::nullopt;
    }
}

/// Takes an input apart: choices from its end, as they then stay where they are while its beginning changes.
class input {
public:
    input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    /// A number less than `count`, of a byte; 0 where none is left.
    std::size_t choice(std::size_t count)
    {
        if (rest_.empty()) {
            return 0;
        }
        const auto byte = static_cast<unsigned char>(rest_.back());
        rest_.remove_suffix(1);
        return byte % count;
    }
    /// The text up to the next NUL, which is taken too.
    std::string_view part()
    {
        const std::size_t end = std::min(rest_.find('\0'), rest_.size());
        const std::string_view taken = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return taken;
    }
    /// All that is left.
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

/// The targets of the program, by their names.
inline std::map<std::string, void (*)(input)>& targets()
{
    static std::map<std::string, void (*)(input)> all;
    return all;
}

} // namespace fuzz

#if defined(COREST_FUZZ_REPLAY)
/// Makes a target known to corpus_test.cpp.
#    define COREST_FUZZ_TARGET(name)                                                                                   \
        static const bool name##_is_known = fuzz::targets().emplace(#name, name##_fuzz::run).second;
#else
/// Makes a target libFuzzer's.
#    define COREST_FUZZ_TARGET(name)                                                                                   \
        extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)                              \
        {                                                                                                              \
            name##_fuzz::run({data, size});                                                                            \
            return 0;                                                                                                  \
        }
#endif
