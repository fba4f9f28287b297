// The table of promises (data/promises.txt): every sentence of the headers that sending is about
// stands beside the test that tries to break it. A sentence that is new or changed must be entered,
// one that is gone must be struck out, and a test that is named must be there.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/data_file.hpp"

namespace dropcowboy {
namespace {

namespace fs = std::filesystem;

const fs::path source = fs::path(DROPCOWBOY_TEST_DATA).parent_path().parent_path();

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Splits after a full stop that is followed by a space.
void append_sentences(std::vector<std::string>& sentences, const std::string& comment) {
  std::size_t start = 0;
  for (std::size_t at = comment.find(". "); at != std::string::npos;
       at = comment.find(". ", start)) {
    sentences.push_back(comment.substr(start, at + 1 - start));
    start = at + 2;
  }
  if (start < comment.size()) sentences.push_back(comment.substr(start));
}

/// What the documentation comments of a header say, sentence by sentence.
std::vector<std::string> sentences_of(const std::string& header) {
  std::ifstream file(source / "include" / "dropcowboy" / header);
  std::vector<std::string> sentences;
  std::string comment;
  for (std::string line; std::getline(file, line);) {
    const std::string text = trimmed(line);
    const bool is_comment = text.rfind("///", 0) == 0 && text.rfind("///<", 0) != 0;
    if (is_comment) {
      const std::string words = trimmed(text.substr(3));
      const bool is_command = words.rfind("@", 0) == 0;  // of the documentation's own
      if (!is_command && !words.empty()) comment += (comment.empty() ? "" : " ") + words;
      continue;
    }
    append_sentences(sentences, comment);
    comment.clear();
    const auto behind = text.find("///<");
    if (behind != std::string::npos) append_sentences(sentences, trimmed(text.substr(behind + 4)));
  }
  return sentences;
}

/// By header, by sentence: what stands below it.
using Table = std::map<std::string, std::map<std::string, std::vector<std::string>>>;

Table table() {
  Table rows;
  std::istringstream file(support::data_file("promises.txt"));
  std::string header;
  std::string sentence;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("# ", 0) == 0 && line.size() > 4 && line.substr(line.size() - 4) == ".hpp") {
      header = line.substr(2);
    } else if (header.empty() || line.empty()) {
      continue;  // the explanation at the top
    } else if (line[0] == ' ') {
      rows[header][sentence].push_back(trimmed(line));
    } else {
      sentence = line;
      rows[header][sentence];
    }
  }
  return rows;
}

/// "Suite.Name" of every test in the sources.
std::set<std::string> tests() {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(source / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    std::string all = text.str();
    all.erase(std::remove_if(all.begin(), all.end(), [](char c) { return c == '\n' || c == ' '; }),
              all.end());
    for (const char* macro : {"TEST(", "TEST_F(", "TEST_P("}) {
      for (auto at = all.find(macro); at != std::string::npos; at = all.find(macro, at + 1)) {
        const auto start = at + std::string(macro).size();
        std::string name = all.substr(start, all.find(')', start) - start);
        std::replace(name.begin(), name.end(), ',', '.');
        names.insert(name);
      }
    }
  }
  return names;
}

TEST(Promises, EachStandsBesideTheTestThatTriesToBreakIt) {
  const Table rows = table();
  for (const char* header : {"client.hpp", "options.hpp", "stats.hpp", "event.hpp",
                             "cancel_token.hpp", "v2/client.hpp", "v2/prepared.hpp"}) {
    ASSERT_TRUE(rows.count(header)) << header;
    std::set<std::string> gone;
    for (const auto& [sentence, proof] : rows.at(header)) gone.insert(sentence);
    const auto sentences = sentences_of(header);
    EXPECT_GT(sentences.size(), 10U) << header << " was not read";
    for (const std::string& sentence : sentences) {
      EXPECT_TRUE(rows.at(header).count(sentence)) << header << " promises anew: " << sentence;
      gone.erase(sentence);
    }
    for (const std::string& sentence : gone) {
      ADD_FAILURE() << header << " does not say any more: " << sentence;
    }
  }
}

TEST(Promises, TheTestsThatAreNamedExist) {
  const auto known = tests();
  EXPECT_GT(known.size(), 500U) << "the sources were not read";
  for (const auto& [header, sentences] : table()) {
    for (const auto& [sentence, proofs] : sentences) {
      EXPECT_FALSE(proofs.empty()) << header << ": " << sentence;
      for (const std::string& proof : proofs) {
        const bool needs_none = proof == "-" || proof.rfind("~ ", 0) == 0;
        EXPECT_TRUE(needs_none || known.count(proof)) << proof << ", for: " << sentence;
      }
    }
  }
}

}  // namespace
}  // namespace dropcowboy
