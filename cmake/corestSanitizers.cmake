# Builds everything of this project with the sanitizers of COREST_SANITIZE. A finding ends the program.
#
# Clang 14 cannot build coroutine templates with -fsanitize=function (LLVM issue 49689), which "undefined" includes.

add_compile_options(-fsanitize=${COREST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
add_link_options(-fsanitize=${COREST_SANITIZE})
# ThreadSanitizer does not know fences. Asio's are beside the locks that order what it does.
if(COREST_SANITIZE MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK ASIO_DISABLE_FENCED_BLOCK)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-Wno-tsan) # says of each of the others that it is not known
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options(-fno-sanitize=function)
endif()
