# skranke_embed(TARGET name FILES a b …): puts files into the binary by .incbin and makes a table of them.
# Use: #include "embed/<name>.hpp" → skranke::embed::<name>() gives a span of {path, bytes}.
function(skranke_embed)
  cmake_parse_arguments(E "" "TARGET;BASE" "FILES" ${ARGN})
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/embed")
  set(asm ".section .rodata\n")
  set(table "")
  set(index 0)
  foreach(file IN LISTS E_FILES)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${E_BASE}" OUTPUT_VARIABLE name)
    string(APPEND asm ".balign 16\n.global skranke_${E_TARGET}_${index}\nskranke_${E_TARGET}_${index}:\n.incbin \"${file}\"\n.global skranke_${E_TARGET}_${index}_end\nskranke_${E_TARGET}_${index}_end:\n.byte 0\n")
    string(APPEND externs "extern \"C\" const char skranke_${E_TARGET}_${index}[], skranke_${E_TARGET}_${index}_end[];\n")
    string(APPEND table "      File{\"${name}\", {skranke_${E_TARGET}_${index}, static_cast<std::size_t>(skranke_${E_TARGET}_${index}_end - skranke_${E_TARGET}_${index})}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND asm ".section .note.GNU-stack,\"\",%progbits\n")
  file(CONFIGURE OUTPUT "${dir}/${E_TARGET}.S" CONTENT "${asm}" @ONLY)
  file(CONFIGURE OUTPUT "${dir}/embed/${E_TARGET}.hpp" CONTENT
"#pragma once
#include <span>
#include <string_view>
#ifndef SKRANKE_EMBED_FILE   // several tables may be included together
#define SKRANKE_EMBED_FILE
namespace skranke::embed {
struct File { std::string_view path; std::string_view bytes; };
}
#endif
namespace skranke::embed {
std::span<const File> ${E_TARGET}();
}
" @ONLY)
  file(CONFIGURE OUTPUT "${dir}/${E_TARGET}.cpp" CONTENT
"#include \"embed/${E_TARGET}.hpp\"
#include <array>
${externs}
namespace skranke::embed {
std::span<const File> ${E_TARGET}() {
  static const std::array<File, ${index}> files{{
${table}  }};
  return files;
}
}
" @ONLY)
  set_source_files_properties("${dir}/${E_TARGET}.S" PROPERTIES LANGUAGE C OBJECT_DEPENDS "${E_FILES}" COMPILE_OPTIONS "-x;assembler-with-cpp")
  add_library(skranke_embed_${E_TARGET} STATIC "${dir}/${E_TARGET}.S" "${dir}/${E_TARGET}.cpp")
  target_include_directories(skranke_embed_${E_TARGET} PUBLIC "${dir}")
endfunction()
