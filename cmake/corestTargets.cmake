# corest::corest    the headers, and what they need
# corest::compiled  the same, with the functions that are no templates compiled once: files that use it compile faster
# corest::sqlite    corest::corest with what <corest/destination/sqlite.hpp> needs, where SQLite is found
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
    message(STATUS "corest: libdeflate was not found, so compressed bodies are neither asked for nor decoded")
endif()
if(COREST_STANDALONE_ASIO)
    target_compile_definitions(corest INTERFACE COREST_STANDALONE_ASIO)
endif()

add_library(corest_compiled STATIC ${PROJECT_SOURCE_DIR}/cmake/compiled/corest.cpp)
add_library(corest::compiled ALIAS corest_compiled)
set_target_properties(corest_compiled PROPERTIES EXPORT_NAME compiled)
target_link_libraries(corest_compiled PUBLIC corest)
target_compile_definitions(corest_compiled PUBLIC COREST_SEPARATE_COMPILATION)
corest_own_target(corest_compiled)

if(COREST_WITH_SQLITE AND TARGET SQLite::SQLite3)
    add_library(corest_sqlite INTERFACE)
    add_library(corest::sqlite ALIAS corest_sqlite)
    set_target_properties(corest_sqlite PROPERTIES EXPORT_NAME sqlite)
    target_link_libraries(corest_sqlite INTERFACE corest SQLite::SQLite3)
    list(APPEND corest_targets corest_sqlite)

    # A file of its own in the archive: programs that do not use the SQLite destination do not link SQLite.
    target_sources(corest_compiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/compiled/sqlite.cpp)
    target_link_libraries(corest_compiled PRIVATE SQLite::SQLite3)
elseif(COREST_WITH_SQLITE)
    message(STATUS "corest: SQLite was not found, so there is no target corest::sqlite")
endif()

if(COREST_WITH_DUCKDB AND TARGET DuckDB::DuckDB)
    add_library(corest_duckdb INTERFACE)
    add_library(corest::duckdb ALIAS corest_duckdb)
    set_target_properties(corest_duckdb PROPERTIES EXPORT_NAME duckdb)
    target_link_libraries(corest_duckdb INTERFACE corest DuckDB::DuckDB)
    list(APPEND corest_targets corest_duckdb)

    target_sources(corest_compiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/compiled/duckdb.cpp)
    target_link_libraries(corest_compiled PRIVATE DuckDB::DuckDB)
elseif(COREST_WITH_DUCKDB)
    message(STATUS "corest: DuckDB was not found, so there is no target corest::duckdb: cmake/fetch_duckdb.sh build/duckdb "
        "gets it, or give -DDuckDB_ROOT=<folder> with duckdb.h and libduckdb.so of a release")
endif()

if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(corest_compiled PROPERTIES EXCLUDE_FROM_ALL ON)
endif()
