// The folders of src/ include only what tests/data/layers.txt lets them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

using Folders = std::set<std::string>;

std::map<std::string, Folders> allowed_includes() {
  std::map<std::string, Folders> allowed;
  std::ifstream file(DROPCOWBOY_TEST_DATA "/layers.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line.replace(line.find(':'), 1, " "));
    std::string folder;
    words >> folder;
    Folders& others = allowed[folder];
    for (std::string other; words >> other;) {
      EXPECT_EQ(allowed.count(other), 1U) << folder << " stands before " << other;
      others.insert(other);
    }
    others.insert(folder);
  }
  return allowed;
}

/// The folders whose headers a source includes; empty for one beside it without a folder.
Folders included_by(const std::filesystem::path& source) {
  Folders folders;
  std::ifstream file(source);
  const std::string begin = "#include \"";
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, begin.size(), begin) != 0) continue;
    const std::string header = line.substr(begin.size());
    folders.insert(header.substr(0, std::min(header.find('/'), header.size())));
  }
  folders.erase("dropcowboy");
  return folders;
}

TEST(Layers, AreKept) {
  const auto allowed = allowed_includes();
  ASSERT_FALSE(allowed.empty());
  const std::filesystem::path root = DROPCOWBOY_TEST_DATA "/../../src";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const auto relative = entry.path().lexically_relative(root);
    const std::string folder = relative.begin()->string();
    if (folder == "client.cpp") continue;
    const auto found = allowed.find(folder);
    ASSERT_NE(found, allowed.end()) << folder << " is not in layers.txt";
    for (const std::string& other : included_by(entry.path())) {
      EXPECT_EQ(found->second.count(other), 1U) << relative << " includes " << other << '/';
    }
  }
}

}  // namespace
