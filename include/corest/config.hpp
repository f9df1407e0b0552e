#pragma once

/// \file
/// How corest is compiled. Nothing here is needed by users except the two macros below.
///
/// By default every header brings its definitions along, so including it is all there is to do.
/// With `COREST_SEPARATE_COMPILATION` defined in the whole program, headers only declare, and exactly one file
/// includes `<corest/src.hpp>` to define everything (the CMake target `corest::compiled` has its halves): a file that
/// runs a flow then compiles in seconds, because neither Beast nor OpenSSL is seen by it.
/// A program in which some files define the macro and others do not is refused by the linker (GNU ld and gold).

#if defined(COREST_SEPARATE_COMPILATION)
/// Linkage of functions that are defined in an `impl/*.ipp` file.
#    define COREST_DECL
#else
#    define COREST_DECL inline
#endif

/// Defined as 1 where bodies compressed with gzip or deflate can be decoded (libdeflate was found).
#if !defined(COREST_WITH_LIBDEFLATE)
#    define COREST_WITH_LIBDEFLATE 0
#endif

/// Defined as 1 where bodies compressed with zstd can be decoded (libzstd was found).
#if !defined(COREST_WITH_ZSTD)
#    define COREST_WITH_ZSTD 0
#endif

/// \namespace corest
/// The client, resources, walks, adapters, generators and destinations.

namespace corest::detail {

// Every file that includes corest has this variable: thread-local if it is compiled header-only, ordinary if not.
// A linker refuses to merge the two ("TLS definition in a.o mismatches non-TLS definition in b.o"), and names it.
#if defined(__ELF__)
#    if defined(COREST_SEPARATE_COMPILATION)
[[gnu::used, gnu::visibility("hidden")]] inline constinit char
#    else
[[gnu::used, gnu::visibility("hidden")]] inline constinit thread_local char
#    endif
    define_COREST_SEPARATE_COMPILATION_in_all_files_or_in_none = 0;
#endif

} // namespace corest::detail
