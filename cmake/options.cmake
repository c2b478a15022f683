# How everything is compiled: an INTERFACE target instead of global flags, so that a folder can be read on its own.
option(SKRANKE_TESTS "Build tests" ON)
option(SKRANKE_FUZZ "Build libFuzzer targets (clang)" OFF)
set(SKRANKE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE}")
endif()

find_package(Threads REQUIRED)
add_library(skranke_options INTERFACE)
target_include_directories(skranke_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_link_libraries(skranke_options INTERFACE Threads::Threads)
target_compile_options(skranke_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror -fno-omit-frame-pointer
  $<$<CONFIG:Release>:-fstack-protector-strong>)
# g++ 12 sees overlapping copies in std::string's own assignment when it optimises (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(skranke_options INTERFACE -Wno-restrict)
endif()
target_compile_definitions(skranke_options INTERFACE
  SKRANKE_VERSION="${PROJECT_VERSION}" $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
if(SKRANKE_SANITIZE)
  target_compile_options(skranke_options INTERFACE -fsanitize=${SKRANKE_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(skranke_options INTERFACE -fsanitize=${SKRANKE_SANITIZE})
endif()
