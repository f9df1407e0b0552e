# corest_own_target(<target>): what holds for every target of this project, and for no target of its users:
# standard C++20 without extensions, and the warnings that the code is free of.
# To make them errors, configure with -DCMAKE_COMPILE_WARNING_AS_ERROR=ON, as the continuous integration does.

function(corest_own_target target)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    target_compile_features(${target} PRIVATE cxx_std_20)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    # g++ 12 warns at -O2 and -O3 of overlapping copies within its own std::string operator+ (GCC PR 105651).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # Where it inlines one of a coroutine frame's own operators new and delete, and not the other one, it takes them for mismatched.
        target_compile_options(${target} PRIVATE -Wno-restrict -Wno-mismatched-new-delete)
    endif()
    # Of files that are compiled as one, g++ takes each for a header, whose types several programs' files should agree on.
    if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
endfunction()
