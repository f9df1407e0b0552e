# corest_find_dependencies(<command> [REQUIRED]): finds what corest is built on. The build calls it with find_package,
# the installed package with find_dependency, so that the two lists are one.
#
# A library whose target exists already (a superproject's, FetchContent's) is taken as it is.

set(corest_modules ${CMAKE_CURRENT_LIST_DIR}) # FindDuckDB.cmake lies beside this file

# corest_find_library(<name> <header> <library>...): the target corest::<name>, where COREST_WITH_<NAME> asks for it and header
# and library are found.
macro(corest_find_library name header)
    string(TOUPPER ${name} corest_wanted)
    if(COREST_WITH_${corest_wanted} AND NOT TARGET corest::${name})
        find_path(COREST_${corest_wanted}_INCLUDE_DIR ${header})
        find_library(COREST_${corest_wanted}_LIBRARY NAMES ${ARGN})
        mark_as_advanced(COREST_${corest_wanted}_INCLUDE_DIR COREST_${corest_wanted}_LIBRARY)
        if(COREST_${corest_wanted}_INCLUDE_DIR AND COREST_${corest_wanted}_LIBRARY)
            add_library(corest::${name} UNKNOWN IMPORTED)
            set_target_properties(corest::${name} PROPERTIES
                IMPORTED_LOCATION "${COREST_${corest_wanted}_LIBRARY}"
                INTERFACE_INCLUDE_DIRECTORIES "${COREST_${corest_wanted}_INCLUDE_DIR}")
        endif()
    endif()
endmacro()

macro(corest_find_dependencies command)
    if(NOT TARGET Boost::headers OR NOT TARGET Boost::json)
        cmake_language(CALL ${command} Boost 1.81 ${ARGN} CONFIG COMPONENTS headers json)
    endif()
    if(NOT TARGET OpenSSL::SSL)
        cmake_language(CALL ${command} OpenSSL ${ARGN})
    endif()
    if(NOT TARGET Threads::Threads)
        cmake_language(CALL ${command} Threads ${ARGN})
    endif()

    # libdeflate's CMake package is not in every distribution, and libzstd's has other targets from one to the next;
    # their headers and libraries are.
    corest_find_library(libdeflate libdeflate.h deflate libdeflate)
    corest_find_library(zstd zstd.h zstd libzstd)

    if(COREST_WITH_SQLITE AND NOT TARGET SQLite::SQLite3)
        find_package(SQLite3 QUIET)
    endif()

    if(COREST_WITH_POSTGRES AND NOT TARGET PostgreSQL::PostgreSQL)
        find_package(PostgreSQL QUIET)
    endif()

    if(COREST_WITH_DUCKDB AND NOT TARGET DuckDB::DuckDB)
        list(PREPEND CMAKE_MODULE_PATH ${corest_modules})
        find_package(DuckDB MODULE QUIET)
        list(POP_FRONT CMAKE_MODULE_PATH)
    endif()
endmacro()
