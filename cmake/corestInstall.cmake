# Installs the headers, the CMake package (corest::corest, and a target for each database) and the pkg-config file. corest::compiled
# is a convenience of the build tree: a compiled archive would tie the package to one compiler and its flags.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(COREST_INSTALL_CMAKEDIR "${CMAKE_INSTALL_DATADIR}/cmake/corest" CACHE STRING "Where the CMake package goes")
set(corest_package_dir ${CMAKE_CURRENT_BINARY_DIR}/package)

install(TARGETS ${corest_targets}
    EXPORT corestTargets
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILE_SET definitions DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT corestTargets NAMESPACE corest:: DESTINATION ${COREST_INSTALL_CMAKEDIR})

set(corest_with_libdeflate OFF)
set(corest_with_zstd OFF)
set(corest_with_sqlite OFF)
set(corest_with_postgres OFF)
set(corest_with_duckdb OFF)
if(TARGET corest::libdeflate)
    set(corest_with_libdeflate ON)
endif()
if(TARGET corest::zstd)
    set(corest_with_zstd ON)
endif()
if(TARGET corest_sqlite)
    set(corest_with_sqlite ON)
endif()
if(TARGET corest_postgres)
    set(corest_with_postgres ON)
endif()
if(TARGET corest_duckdb)
    set(corest_with_duckdb ON)
endif()
configure_package_config_file(cmake/corestConfig.cmake.in ${corest_package_dir}/corestConfig.cmake
    INSTALL_DESTINATION ${COREST_INSTALL_CMAKEDIR}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${corest_package_dir}/corestConfigVersion.cmake
    COMPATIBILITY SameMinorVersion
    ARCH_INDEPENDENT)
install(FILES
    ${corest_package_dir}/corestConfig.cmake
    ${corest_package_dir}/corestConfigVersion.cmake
    cmake/corestDependencies.cmake
    cmake/FindDuckDB.cmake
    DESTINATION ${COREST_INSTALL_CMAKEDIR})

# The prefix is relative to the file, so an installed tree can be moved.
set(corest_pc_dir "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH corest_pc_to_prefix ${corest_pc_dir} /prefix)
set(corest_pc_cflags "")
set(corest_pc_libs "-lboost_json")
if(corest_with_libdeflate)
    set(corest_pc_cflags "-DCOREST_WITH_LIBDEFLATE=1")
    string(APPEND corest_pc_libs " -ldeflate")
endif()
if(corest_with_zstd)
    string(APPEND corest_pc_cflags " -DCOREST_WITH_ZSTD=1")
    string(APPEND corest_pc_libs " -lzstd")
endif()
if(COREST_STANDALONE_ASIO)
    string(APPEND corest_pc_cflags " -DCOREST_STANDALONE_ASIO")
endif()
configure_file(cmake/corest.pc.in ${corest_package_dir}/corest.pc @ONLY)
install(FILES ${corest_package_dir}/corest.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
