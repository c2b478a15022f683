# cmake -DDIST=dir -DOUT=dir -P table.cmake: a table of the built pages for the C++ side. Run at build time, since names carry hashes.
file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE "${DIST}" "${DIST}/assets/*" "${DIST}/shell/*")
list(FILTER files EXCLUDE REGEX "\\.gz$")
list(SORT files COMPARE STRING)
if(NOT files)
  message(FATAL_ERROR "no pages in ${DIST}: expected assets/ and shell/ as web/build.mjs writes them")
endif()
set(types_js "text/javascript; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_html "text/html; charset=utf-8")
set(types_json "application/json")
set(types_svg "image/svg+xml")
set(types_woff2 "font/woff2")

set(asm ".section .rodata\n")
set(externs "")
set(rows "")
set(all_hashes "")
set(index 0)
foreach(file IN LISTS files)
  file(SHA256 "${DIST}/${file}" hash)
  string(APPEND all_hashes "${hash}")
  string(SUBSTRING "${hash}" 0 20 tag)
  string(REGEX REPLACE ".*\\." "" ext "${file}")
  if(NOT DEFINED types_${ext})
    message(FATAL_ERROR "web/table.cmake knows no content type for ${file}")
  endif()
  set(immutable false)
  if(file MATCHES "^assets/")
    set(immutable true)
  endif()
  set(packed "std::string_view{}")
  # The hash in the comment makes this file change with the content, so that it is assembled again.
  string(APPEND asm "# ${hash}\n.balign 16\n.global skranke_web_${index}\nskranke_web_${index}:\n.incbin \"${DIST}/${file}\"\n.global skranke_web_${index}_end\nskranke_web_${index}_end:\n.byte 0\n")
  string(APPEND externs "extern \"C\" const char skranke_web_${index}[], skranke_web_${index}_end[];\n")
  if(EXISTS "${DIST}/${file}.gz")
    string(APPEND asm ".balign 16\n.global skranke_web_${index}_gz\nskranke_web_${index}_gz:\n.incbin \"${DIST}/${file}.gz\"\n.global skranke_web_${index}_gz_end\nskranke_web_${index}_gz_end:\n.byte 0\n")
    string(APPEND externs "extern \"C\" const char skranke_web_${index}_gz[], skranke_web_${index}_gz_end[];\n")
    set(packed "between(skranke_web_${index}_gz, skranke_web_${index}_gz_end)")
  endif()
  string(APPEND rows "      Asset{\"/${file}\", \"${types_${ext}}\", \"\\\"${tag}\\\"\", between(skranke_web_${index}, skranke_web_${index}_end), ${packed}, ${immutable}},\n")
  math(EXPR index "${index} + 1")
endforeach()
string(APPEND asm ".section .note.GNU-stack,\"\",%progbits\n")
string(SHA256 build "${all_hashes}")
string(SUBSTRING "${build}" 0 12 build)
file(WRITE "${OUT}/pages.S.new" "${asm}")
file(WRITE "${OUT}/pages.cpp.new" "// Made by web/table.cmake.
#include <array>

#include \"web/assets.hpp\"

${externs}
namespace skranke::web {
namespace {
std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }
}  // namespace

std::span<const Asset> assets() {
  static const std::array<Asset, ${index}> all{{
${rows}  }};
  return all;
}

std::string_view build_id() { return \"${build}\"; }

}  // namespace skranke::web
")
foreach(name pages.S pages.cpp)
  file(COPY_FILE "${OUT}/${name}.new" "${OUT}/${name}" ONLY_IF_DIFFERENT)
endforeach()
