// Runs a fuzz target on every file of a directory, so that what a fuzzer once found stays found by
// any compiler.
//
//   replay <directory>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.hpp"

namespace {

void run(const std::string& input) {
  // In memory of exactly that size, so that a sanitizer sees every step too far.
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: replay <directory>\n", 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) return std::cerr << "no input in " << argv[1] << '\n', 1;
  run({});
  for (const auto& path : files) {
    std::cout << path.filename().string()
              << std::endl;  // the last one named is the one that failed
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::cerr << "cannot read it\n", 1;
    const std::string input{std::istreambuf_iterator<char>(file), {}};
    run(input);
    // Cut short, too: half a document is what networks deliver.
    run(input.substr(0, input.size() / 2));
  }
}
