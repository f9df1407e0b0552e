# Finds DuckDB's C API: the header duckdb.h, and the library. Looks for DuckDB's own CMake package first (vcpkg, Conan),
# then for the two files, as the archives of its releases have them: give -DDuckDB_ROOT=<folder>, or CMAKE_PREFIX_PATH.
#
# Defines DuckDB_FOUND and the target DuckDB::DuckDB.

find_package(DuckDB CONFIG QUIET)
foreach(duckdb_target duckdb duckdb_static)
    if(TARGET ${duckdb_target} AND NOT TARGET DuckDB::DuckDB)
        add_library(DuckDB::DuckDB INTERFACE IMPORTED)
        target_link_libraries(DuckDB::DuckDB INTERFACE ${duckdb_target})
    endif()
endforeach()

if(TARGET DuckDB::DuckDB)
    set(DuckDB_FOUND TRUE)
else()
    find_path(DuckDB_INCLUDE_DIR duckdb.h PATH_SUFFIXES include)
    find_library(DuckDB_LIBRARY NAMES duckdb PATH_SUFFIXES lib)
    mark_as_advanced(DuckDB_INCLUDE_DIR DuckDB_LIBRARY)
    include(FindPackageHandleStandardArgs)
    find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR)
    if(DuckDB_FOUND)
        add_library(DuckDB::DuckDB UNKNOWN IMPORTED)
        set_target_properties(DuckDB::DuckDB PROPERTIES
            IMPORTED_LOCATION "${DuckDB_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${DuckDB_INCLUDE_DIR}")
    endif()
endif()
