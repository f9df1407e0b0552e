# corest_find_dependencies(<command> [REQUIRED]): finds what corest is built on. The build calls it with find_package,
# the installed package with find_dependency, so that the two lists are one.
#
# A library whose target exists already (a superproject's, FetchContent's) is taken as it is.

set(corest_modules ${CMAKE_CURRENT_LIST_DIR}) # FindDuckDB.cmake lies beside this file

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

    # libdeflate's CMake package is not in every distribution, its header and library are.
    if(COREST_WITH_LIBDEFLATE AND NOT TARGET corest::libdeflate)
        find_path(COREST_LIBDEFLATE_INCLUDE_DIR libdeflate.h)
        find_library(COREST_LIBDEFLATE_LIBRARY NAMES deflate libdeflate)
        mark_as_advanced(COREST_LIBDEFLATE_INCLUDE_DIR COREST_LIBDEFLATE_LIBRARY)
        if(COREST_LIBDEFLATE_INCLUDE_DIR AND COREST_LIBDEFLATE_LIBRARY)
            add_library(corest::libdeflate UNKNOWN IMPORTED)
            set_target_properties(corest::libdeflate PROPERTIES
                IMPORTED_LOCATION "${COREST_LIBDEFLATE_LIBRARY}"
                INTERFACE_INCLUDE_DIRECTORIES "${COREST_LIBDEFLATE_INCLUDE_DIR}")
        endif()
    endif()

    # Its CMake package has another target for the shared library than for the static one, and vcpkg's has a third.
    if(COREST_WITH_ZSTD AND NOT TARGET corest::zstd)
        find_path(COREST_ZSTD_INCLUDE_DIR zstd.h)
        find_library(COREST_ZSTD_LIBRARY NAMES zstd libzstd)
        mark_as_advanced(COREST_ZSTD_INCLUDE_DIR COREST_ZSTD_LIBRARY)
        if(COREST_ZSTD_INCLUDE_DIR AND COREST_ZSTD_LIBRARY)
            add_library(corest::zstd UNKNOWN IMPORTED)
            set_target_properties(corest::zstd PROPERTIES
                IMPORTED_LOCATION "${COREST_ZSTD_LIBRARY}"
                INTERFACE_INCLUDE_DIRECTORIES "${COREST_ZSTD_INCLUDE_DIR}")
        endif()
    endif()

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
