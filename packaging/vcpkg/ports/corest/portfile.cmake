# An overlay port that lives in corest's own sources, and installs those.

set(VCPKG_BUILD_TYPE release) # header-only
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
if(NOT EXISTS "${SOURCE_PATH}/include/corest/version.hpp")
    message(FATAL_ERROR "corest's port installs the sources it lies in: give vcpkg --overlay-ports=<corest>/packaging/vcpkg/ports")
endif()

vcpkg_check_features(OUT_FEATURE_OPTIONS FEATURE_OPTIONS
    FEATURES
        duckdb COREST_WITH_DUCKDB
        libdeflate COREST_WITH_LIBDEFLATE
        postgres COREST_WITH_POSTGRES
        sqlite COREST_WITH_SQLITE
        zstd COREST_WITH_ZSTD)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        ${FEATURE_OPTIONS}
        -DCOREST_BUILD_TESTS=OFF
        -DCOREST_BUILD_EXAMPLES=OFF
        -DCOREST_BUILD_TOOLS=OFF # the command is no part of the port, so CLI11 and toml++ are no dependencies
        -DCOREST_INSTALL=ON
        -DCOREST_INSTALL_CMAKEDIR=share/${PORT})
vcpkg_cmake_install()
vcpkg_cmake_config_fixup()
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
