# The target doc: names and pages as HTML, in doc/html of the build's folder, where Doxygen is found. It fails on every warning.

find_package(Doxygen QUIET)
find_package(Python3 COMPONENTS Interpreter QUIET) # reads the pages
if(NOT DOXYGEN_FOUND OR NOT Python3_FOUND)
    message(STATUS "corest: Doxygen or Python was not found, so there is no target doc")
    return()
endif()

file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/doc/Doxyfile CONTENT [[
@INCLUDE         = "@PROJECT_SOURCE_DIR@/Doxyfile"
PROJECT_NUMBER   = @PROJECT_VERSION@
OUTPUT_DIRECTORY = "@PROJECT_BINARY_DIR@/doc"
]] @ONLY)
add_custom_target(doc
    COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/doc/Doxyfile
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Write the reference to ${PROJECT_BINARY_DIR}/doc/html/index.html"
    VERBATIM)
