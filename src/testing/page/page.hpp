#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>

#include "testing/answer.hpp"
#include "testing/page/journal.hpp"

namespace dropcowboy::testing::page {

/// What one page has and another has not. Must be thread-safe.
struct Backing {
  /// What the page is about, as JSON, at `port`: its "role" says which parts of it are shown.
  std::function<Answer(int port)> about;
  /// Does what a button asks for: a POST below /page/api/ with a JSON object.
  std::function<Answer(const httplib::Request&)> act;
};

/// A page for people that shows a journal as it grows: its files, who may have them, the stream of
/// changes. Thread-safe.
class Page {
 public:
  /// `journal` must outlive the page.
  Page(Journal& journal, Backing backing);

  /// Answers what is asked of the page; false if it is none of its addresses.
  bool answer(const httplib::Request& request, httplib::Response& response, int port);
  /// Ends the streams of changes.
  void stop() { journal_.stop(); }

 private:
  void answer_get(const httplib::Request& request, httplib::Response& response, int port);
  void stream(const httplib::Request& request, httplib::Response& response);
  std::string id_of(std::uint64_t version) const;
  /// Where a stream begins, or goes on after it broke off.
  std::uint64_t start_of(const httplib::Request& request) const;
  std::string batch_since(std::uint64_t& version) const;
  Answer entry(const std::string& number) const;
  Answer all_entries() const;

  Journal& journal_;
  const Backing backing_;
  const long long session_;
  std::atomic<int> streams_{0};
};

}  // namespace dropcowboy::testing::page
