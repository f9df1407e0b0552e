# corest::corest    the headers, and what they need
# corest::compiled  the same, with the functions that are no templates compiled once: files that use it compile faster
# corest::sqlite    corest::corest with what <corest/destination/sqlite.hpp> needs, where SQLite is found
# corest::postgres  corest::corest with what <corest/destination/postgres.hpp> needs, where libpq is found
# corest::duckdb    corest::corest with what <corest/destination/duckdb.hpp> needs, where DuckDB is found

file(GLOB_RECURSE corest_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/corest/*.hpp)
file(GLOB_RECURSE corest_definitions CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/include/corest/*.ipp ${PROJECT_SOURCE_DIR}/include/corest/*src.hpp)
list(REMOVE_ITEM corest_headers ${corest_definitions})
set(corest_targets corest)

add_library(corest INTERFACE)
add_library(corest::corest ALIAS corest)
target_sources(corest INTERFACE
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${corest_headers}
    FILE_SET definitions TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${corest_definitions})
set_target_properties(corest PROPERTIES INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
target_compile_features(corest INTERFACE cxx_std_20)
target_link_libraries(corest INTERFACE
    Boost::headers Boost::json OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
if(TARGET corest::libdeflate)
    target_link_libraries(corest INTERFACE corest::libdeflate)
    target_compile_definitions(corest INTERFACE COREST_WITH_LIBDEFLATE=1)
elseif(COREST_WITH_LIBDEFLATE)
    message(STATUS "corest: libdeflate was not found, so bodies in gzip are neither asked for nor decoded")
endif()
if(TARGET corest::zstd)
    target_link_libraries(corest INTERFACE corest::zstd)
    target_compile_definitions(corest INTERFACE COREST_WITH_ZSTD=1)
elseif(COREST_WITH_ZSTD)
    message(STATUS "corest: libzstd was not found, so bodies in zstd are neither asked for nor decoded")
endif()
if(COREST_STANDALONE_ASIO)
    target_compile_definitions(corest INTERFACE COREST_STANDALONE_ASIO)
endif()

add_library(corest_compiled STATIC ${PROJECT_SOURCE_DIR}/cmake/compiled/flow.cpp ${PROJECT_SOURCE_DIR}/cmake/compiled/source.cpp)
add_library(corest::compiled ALIAS corest_compiled)
set_target_properties(corest_compiled PROPERTIES EXPORT_NAME compiled)
target_link_libraries(corest_compiled PUBLIC corest)
target_compile_definitions(corest_compiled PUBLIC COREST_SEPARATE_COMPILATION)
# A file for each part that a program may do without, and for each processor; the destinations as one where nothing but time matters.
if(COREST_SANITIZE)
    set_source_files_properties(
        ${PROJECT_SOURCE_DIR}/cmake/compiled/flow.cpp ${PROJECT_SOURCE_DIR}/cmake/compiled/source.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
else()
    set_target_properties(corest_compiled PROPERTIES UNITY_BUILD OFF)
endif()
corest_own_target(corest_compiled)

# corest_add_destination(<name> <library> <product>): the target corest::<name>, where the library's target is there, and its
# definitions in corest::compiled: a file of its own in the archive, so that programs that do not use the destination do not
# link the library.
macro(corest_add_destination name library product)
    string(TOUPPER ${name} corest_option)
    if(COREST_WITH_${corest_option} AND TARGET ${library})
        add_library(corest_${name} INTERFACE)
        add_library(corest::${name} ALIAS corest_${name})
        set_target_properties(corest_${name} PROPERTIES EXPORT_NAME ${name})
        target_link_libraries(corest_${name} INTERFACE corest ${library})
        list(APPEND corest_targets corest_${name})

        target_sources(corest_compiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/compiled/${name}.cpp)
        target_link_libraries(corest_compiled PRIVATE ${library})
    elseif(COREST_WITH_${corest_option})
        message(STATUS "corest: ${product} was not found, so there is no target corest::${name}")
    endif()
endmacro()
corest_add_destination(sqlite SQLite::SQLite3 SQLite)
corest_add_destination(postgres PostgreSQL::PostgreSQL "libpq (libpq-dev)")
corest_add_destination(duckdb DuckDB::DuckDB
    "DuckDB (cmake/fetch_duckdb.sh build/duckdb gets it; or -DDuckDB_ROOT=<folder>, with duckdb.h and libduckdb.so of a release)")

if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(corest_compiled PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
