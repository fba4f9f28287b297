// What the journal behind the simulator's page costs: the most that it keeps, what it lets go, and
// foreign bodies. Work is counted, not timed.

#include "testing/page/journal.hpp"

#include <gtest/gtest.h>

#include "support/work.hpp"
#include "testing/page/views.hpp"
#include "work/hostile_texts.hpp"

namespace dropcowboy::testing::page {
namespace {

using support::expect_linear;
using support::Shape;

constexpr std::size_t most_entries = 20'000;
constexpr std::size_t most_bytes = std::size_t{64} << 20U;
constexpr std::size_t largest_body = std::size_t{16} << 20U;

httplib::Request request_of(std::string body) {
  httplib::Request request;
  request.method = "POST";
  request.path = "/v1/rvm";
  request.headers.emplace("x-secret", support::secret_of_as());
  request.body = std::move(body);
  return request;
}

httplib::Request request_of_size(std::size_t size) {
  const std::string begin =
      R"({"phone_number":"+15550010001","foreign_id":"order-17","tts_body":")";
  return request_of(begin + std::string(size - begin.size() - 2, 'x') + "\"}");
}

/// All that happens to a message.
void enter(Journal& journal, const httplib::Request& request) {
  const std::uint64_t number = journal.take({request, false, false, true, {}, {}});
  RecordedRequest record;
  record.answered_status = 200;
  record.answered_body = R"({"status":"queued"})";
  journal.answered(number, request, record, false);
  RecordedCallback callback;
  callback.body = R"({"status":"success","phone_number":"+15550010001"})";
  callback.answered_status = 200;
  journal.told(number, callback);
}

/// All that there is, as a page reads it that was just opened.
std::size_t read_all(const Journal& journal) {
  std::size_t count = 0;
  for (std::uint64_t version = 0;;) {
    const Changes changes = journal.changes_since(version, 250);
    for (const Entry& entry : changes.entries) text_of(summary_of(entry));
    count += changes.entries.size();
    version = changes.version;
    if (!changes.is_more) return count;
  }
}

class TheJournal : public ::testing::Test {
 protected:
  const ServiceClock clock{nullptr};
};

TEST_F(TheJournal, CostsTheSameForEachMessageUpToTheMostThatItKeeps) {
  // So that both limits are reached at once, but for the last callback.
  const auto request = request_of_size(most_bytes / most_entries - 100);
  expect_linear(most_entries, 10'000, [&](std::size_t count) {
    Journal journal(clock);
    for (std::size_t i = 0; i < count; ++i) enter(journal, request);
    EXPECT_EQ(read_all(journal), count);
  });
}

TEST_F(TheJournal, KeepsTwentyThousandAndForgetsTheOldest) {
  const auto request = request_of_size(100);
  expect_linear(10 * most_entries, 600, [&](std::size_t count) {
    Journal journal(clock);
    for (std::size_t i = 0; i < count; ++i) enter(journal, request);
    const Changes changes = journal.changes_since(0, 1);
    EXPECT_EQ(changes.kept, most_entries);
    EXPECT_EQ(changes.oldest, count - most_entries + 1);
    EXPECT_FALSE(journal.find(changes.oldest - 1));
    EXPECT_EQ(read_all(journal), most_entries);
  });
}

TEST_F(TheJournal, KeepsSixtyFourMebibytes) {
  const std::size_t size = std::size_t{1} << 20U;
  const auto request = request_of_size(size);
  ReceivedCallback callback;
  callback.body = request.body;
  for (const bool is_simulator : {true, false}) {
    Journal journal(clock);
    for (std::size_t i = 0; i < 2 * most_bytes / size; ++i) {
      is_simulator ? enter(journal, request) : journal.heard(callback);
    }
    const Changes changes = journal.changes_since(0, 1000);
    EXPECT_GE(changes.kept, most_bytes / size - 1);
    EXPECT_LE(changes.kept, most_bytes / size);
    EXPECT_EQ(changes.entries.size(), changes.kept);
  }
}

TEST_F(TheJournal, CountsTheCallbacksOfAMessageAndTheLastOneStays) {
  Journal journal(clock);
  const auto small = request_of_size(100);
  for (int i = 0; i < 10; ++i) enter(journal, small);
  RecordedCallback callback;
  callback.body = std::string(most_bytes / 4, 'x');
  for (int i = 0; i < 6; ++i) journal.told(10, callback);
  const Changes changes = journal.changes_since(0, 100);
  EXPECT_EQ(changes.kept, 1U);
  EXPECT_EQ(changes.oldest, 10U);
  for (int i = 0; i < 30; ++i) journal.told(10, {});
  EXPECT_EQ(journal.find(10)->told.size(), 20U) << "the last ones";
  enter(journal, small);
  EXPECT_EQ(journal.changes_since(0, 100).kept, 2U) << "what was forgotten counts no more";
}

TEST_F(TheJournal, TakesTheLargestBodyThatIsFullOfSecrets) {
  const std::string secret = support::secret_of_as();
  expect_linear(largest_body, 12, [&](std::size_t size) {
    std::string text;
    while (text.size() + secret.size() < size) text += secret + '-';
    Journal journal(clock);
    enter(journal, request_of(R"({"secret":"a","tts_body":")" + text + "\"}"));
    const auto entry = journal.find(1);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->body->find("aa"), std::string::npos);
  });
}

class ForeignBody : public ::testing::TestWithParam<Shape> {};

TEST_P(ForeignBody, CostsTheJournalNoMoreThanItsLengthIsWorth) {
  constexpr std::size_t size = std::size_t{1} << 20U;
  const ServiceClock clock{nullptr};
  for (const auto& [begin, end] : {std::pair("", ""), {R"({"byoc":)", "}"}}) {
    const auto whole = request_of(begin + GetParam().of(size) + end);
    const auto tenth = request_of(begin + GetParam().of(size / 10) + end);
    expect_linear(size, 100, [&](std::size_t of) {
      Journal journal(clock);
      enter(journal, of == size ? whole : tenth);
      text_of(summary_of(*journal.find(1)));
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, ForeignBody, ::testing::ValuesIn(support::hostile_texts()),
                         [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace dropcowboy::testing::page
