# Run by dropcowboy_embed(): writes FILES as arrays into OUTPUT.
set(arrays "")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" identifier)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(REPLACE "'\\x0a'," "'\\x0a',\n" bytes "${bytes}") # a line for a line
  string(APPEND arrays "static const char ${identifier}[] = {\n${bytes}};\n")
  string(APPEND rows "      {\"${name}\", {${identifier}, sizeof ${identifier}}},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"testing/page/files.hpp\"

namespace dropcowboy::testing::page {

${arrays}
const std::vector<File>& files() {
  static const std::vector<File> all = {
${rows}  };
  return all;
}

}  // namespace dropcowboy::testing::page
")
