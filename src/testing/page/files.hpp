#pragma once

#include <string_view>
#include <vector>

namespace dropcowboy::testing::page {

/// A file of the page.
struct File {
  std::string_view name;  ///< "page.css"
  std::string_view bytes;
};

/// The files beside this one; cmake/Embed.cmake puts them into the program.
const std::vector<File>& files();

}  // namespace dropcowboy::testing::page
