# Runs the vcpkg port's portfile without vcpkg, and checks what it leaves in the package:
#
#   cmake -DWORK=<empty folder> -P tests/packaging/run_port.cmake
#
# vcpkg's own functions are stood in for by the few lines below. They do not replace vcpkg: its dependency graph and its
# Boost are not seen here.

cmake_minimum_required(VERSION 3.25)
get_filename_component(ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(PORT corest)
set(FEATURES libdeflate postgres sqlite zstd)
set(CURRENT_PACKAGES_DIR "${WORK}/package")

function(vcpkg_check_features)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "OUT_FEATURE_OPTIONS" "FEATURES")
    set(options "")
    while(arg_FEATURES)
        list(POP_FRONT arg_FEATURES feature option)
        if(feature IN_LIST FEATURES)
            list(APPEND options "-D${option}=ON")
        else()
            list(APPEND options "-D${option}=OFF")
        endif()
    endwhile()
    set(${arg_OUT_FEATURE_OPTIONS} "${options}" PARENT_SCOPE)
endfunction()

function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${ARGV}\n${said}")
    endif()
endfunction()

function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
    run(${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${WORK}/build -G Ninja ${arg_OPTIONS}
        -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR} -DCMAKE_INSTALL_LIBDIR=lib)
endfunction()

function(vcpkg_cmake_install)
    run(${CMAKE_COMMAND} --install ${WORK}/build)
endfunction()

function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
    file(READ ${arg_FILE_LIST} text)
    file(WRITE ${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright "${text}")
endfunction()

# Both only move and mend files that lie where vcpkg expects them; whether they do is checked below.
function(vcpkg_cmake_config_fixup)
endfunction()
function(vcpkg_fixup_pkgconfig)
endfunction()

include(${ROOT}/packaging/vcpkg/ports/corest/portfile.cmake)

foreach(file IN ITEMS
        share/corest/corestConfig.cmake share/corest/corestConfigVersion.cmake share/corest/corestTargets.cmake
        share/corest/corestDependencies.cmake share/corest/copyright share/corest/usage
        lib/pkgconfig/corest.pc # a file with Libs must not be in share/pkgconfig
        include/corest/corest.hpp include/corest/src.hpp)
    if(NOT EXISTS ${CURRENT_PACKAGES_DIR}/${file})
        message(FATAL_ERROR "the port's package lacks ${file}")
    endif()
endforeach()
file(GLOB folders RELATIVE ${CURRENT_PACKAGES_DIR} ${CURRENT_PACKAGES_DIR}/*)
list(SORT folders)
if(NOT folders STREQUAL "include;lib;share")
    message(FATAL_ERROR "the port's package has the folders ${folders}")
endif()

file(GLOB_RECURSE files ${CURRENT_PACKAGES_DIR}/*.cmake ${CURRENT_PACKAGES_DIR}/*.pc)
foreach(file IN LISTS files)
    file(READ ${file} text)
    foreach(path IN ITEMS ${ROOT} ${WORK})
        string(FIND "${text}" "${path}" at)
        if(NOT at EQUAL -1)
            message(FATAL_ERROR "${file} holds the path ${path}")
        endif()
    endforeach()
endforeach()

file(STRINGS ${CURRENT_PACKAGES_DIR}/share/corest/corestConfig.cmake settings REGEX "^set\\(COREST_WITH_")
if(NOT settings STREQUAL "set(COREST_WITH_LIBDEFLATE ON);set(COREST_WITH_ZSTD ON);set(COREST_WITH_SQLITE ON);set(COREST_WITH_POSTGRES ON);set(COREST_WITH_DUCKDB OFF)")
    message(FATAL_ERROR "the port's features do not arrive in the package: ${settings}")
endif()
message(STATUS "vcpkg port: the package is complete and holds no path of this machine")
