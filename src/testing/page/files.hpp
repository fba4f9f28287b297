#pragma once

#include <string_view>

namespace dropcowboy::testing::page {

// The files beside this one; cmake/Embed.cmake puts them into the program.
extern const std::string_view index_html;
extern const std::string_view page_css;
extern const std::string_view page_js;

}  // namespace dropcowboy::testing::page
