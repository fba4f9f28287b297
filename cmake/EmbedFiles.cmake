# Run by dropcowboy_embed(): writes FILES as arrays into OUTPUT.
set(text "#include \"testing/page/files.hpp\"\n\nnamespace dropcowboy::testing::page {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" name)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(REPLACE "'\\x0a'," "'\\x0a',\n" bytes "${bytes}") # a line for a line
  string(APPEND text "\nstatic const char ${name}_bytes[] = {\n${bytes}};\n"
    "const std::string_view ${name}{${name}_bytes, sizeof ${name}_bytes};\n")
endforeach()
string(APPEND text "\n}  // namespace dropcowboy::testing::page\n")
file(WRITE "${OUTPUT}" "${text}")
