#include "receiver/http_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dropcowboy::receiver {
namespace {

using State = HttpReader::State;
using ::testing::SizeIs;

constexpr HttpReader::Limits limits{1'024, 64};

const std::string post = "POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-Signature:  s \r\n";

std::string with_length(const std::string& body, const std::string& more = "") {
  return post + "Content-Length: " + std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

std::string chunked(const std::string& chunks, const std::string& more = "") {
  return post + "Transfer-Encoding: chunked\r\n" + more + "\r\n" + chunks;
}

struct Row {
  const char* name;
  std::string bytes;
  std::string body;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class GoodRequest : public ::testing::TestWithParam<Row> {};

void expect_request(const HttpReader& reader, const std::string& body) {
  const CallbackRequest request = reader.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.body, body);
  ASSERT_GE(request.headers.size(), 2U);
  EXPECT_EQ(request.headers[1].name, "X-Signature");
  EXPECT_EQ(request.headers[1].value, "s");
}

TEST_P(GoodRequest, IsReadInOnePieceAndByteByByte) {
  HttpReader whole(limits);
  EXPECT_EQ(whole.feed(GetParam().bytes), State::complete);
  expect_request(whole, GetParam().body);
  EXPECT_EQ(whole.next(), State::incomplete);
  EXPECT_TRUE(whole.is_idle());

  HttpReader dripping(limits);
  for (std::size_t i = 0; i + 1 < GetParam().bytes.size(); ++i) {
    ASSERT_EQ(dripping.feed({&GetParam().bytes[i], 1}), State::incomplete) << i;
    ASSERT_FALSE(dripping.is_idle()) << i;
  }
  ASSERT_EQ(dripping.feed({&GetParam().bytes.back(), 1}), State::complete);
  expect_request(dripping, GetParam().body);
}

TEST_P(GoodRequest, MayBeFollowedByAnother) {
  HttpReader reader(limits);
  EXPECT_EQ(reader.feed(GetParam().bytes + GetParam().bytes), State::complete);
  expect_request(reader, GetParam().body);
  EXPECT_EQ(reader.next(), State::complete);
  expect_request(reader, GetParam().body);
  EXPECT_EQ(reader.next(), State::incomplete);
}

// Some send a line end too many after a body; the two bytes of it may come apart.
TEST(HttpReader, IsIdleAfterLineEnds) {
  HttpReader reader(limits);
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(reader.feed(with_length("x") + "\r\n"), State::complete);
    reader.next();
    EXPECT_TRUE(reader.is_idle());
    EXPECT_EQ(reader.feed("\r"), State::incomplete);
    EXPECT_TRUE(reader.is_idle());
    EXPECT_EQ(reader.feed("\n"), State::incomplete);
    EXPECT_TRUE(reader.is_idle());
  }
  EXPECT_EQ(reader.feed("\rP"), State::incomplete);
  EXPECT_FALSE(reader.is_idle());
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodRequest,
    ::testing::Values(
        Row{"without_a_body", post + "\r\n", ""}, Row{"empty_body", with_length(""), ""},
        Row{"body", with_length("{\"a\":1}"), "{\"a\":1}"},
        Row{"body_of_line_ends", with_length("\r\n\r\n\n"), "\r\n\r\n\n"},
        Row{"greatest_body", with_length(std::string(64, 'x')), std::string(64, 'x')},
        Row{"chunk", chunked("5\r\nhello\r\n0\r\n\r\n"), "hello"},
        Row{"chunks", chunked("1\r\nh\r\n00a\r\nello\r\n you\r\n0\r\n\r\n"), "hello\r\n you"},
        Row{"no_chunk", chunked("0\r\n\r\n"), ""},
        Row{"hexadecimal", chunked("1A;x=\"y\"\r\n" + std::string(26, 'z') + "\r\n0\r\n\r\n"),
            std::string(26, 'z')},
        Row{"trailers", chunked("1\r\nh\r\n0\r\nX-A: b\r\nX-C: d\r\n\r\n"), "h"},
        Row{"greatest_chunks",
            chunked("20\r\n" + std::string(32, 'x') + "\r\n20\r\n" + std::string(32, 'x') +
                    "\r\n0\r\n\r\n"),
            std::string(64, 'x')}),
    [](const auto& row) { return std::string(row.param.name); });

struct Refusal {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Refusal& row, std::ostream* out) { *out << row.name; }

class BadRequest : public ::testing::TestWithParam<Refusal> {};

TEST_P(BadRequest, IsRefusedForGood) {
  HttpReader reader(limits);
  EXPECT_EQ(reader.feed(GetParam().bytes), State::refused);
  EXPECT_EQ(reader.refusal(), GetParam().status);
  EXPECT_FALSE(reader.keeps_alive());
  EXPECT_EQ(reader.feed(with_length("x")), State::refused);
  EXPECT_EQ(reader.next(), State::refused);

  HttpReader dripping(limits);
  State state = State::incomplete;
  for (const char c : GetParam().bytes) state = dripping.feed({&c, 1});
  EXPECT_EQ(state, State::refused);
  EXPECT_EQ(dripping.refusal(), GetParam().status);
}

std::string many_headers(int count) {
  std::string text = "POST / HTTP/1.1\r\n";
  for (int i = 0; i < count; ++i) text += "a:b\r\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRequest,
    ::testing::Values(
        Refusal{"no_http", "hello\r\n", 400}, Refusal{"tls", "\x16\x03\x01\x02 x y\r\n", 400},
        Refusal{"no_target", "POST HTTP/1.1\r\n", 400},
        Refusal{"space_in_target", "POST /a b HTTP/1.1\r\n", 400},
        Refusal{"control_in_target", "POST /\x01 HTTP/1.1\r\n", 400},
        Refusal{"bad_method", "P@ST( / HTTP/1.1\r\n", 400},
        Refusal{"http_2", "PRI * HTTP/2.0\r\n", 505}, Refusal{"no_version", "GET / x\r\n", 400},
        Refusal{"bare_line_feed", "POST / HTTP/1.1\n", 400},
        Refusal{"bare_line_feed_after_a_header", post + "A: b\n", 400},
        Refusal{"folded_header", post + "A: b\r\n c\r\n", 400},
        Refusal{"no_colon", post + "A\r\n", 400},
        Refusal{"space_before_colon", post + "A : b\r\n", 400},
        Refusal{"control_in_header", post + "A: \x01\r\n", 400},
        Refusal{"carriage_return_in_header", post + "A: b\rc\r\n", 400},
        Refusal{"nul_in_header", post + std::string("A: \0\r\n", 6), 400},
        Refusal{"length_not_a_number", post + "Content-Length: x\r\n\r\n", 400},
        Refusal{"length_signed", post + "Content-Length: +5\r\n\r\n", 400},
        Refusal{"length_empty", post + "Content-Length:\r\n\r\n", 400},
        Refusal{"length_list", post + "Content-Length: 5, 5\r\n\r\n", 400},
        Refusal{"length_absurd", post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        Refusal{"length_twice", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
        Refusal{"length_and_chunks",
                post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refusal{"chunks_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refusal{"gzip", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Refusal{"body_too_large", post + "Content-Length: 65\r\n\r\n", 413},
        Refusal{"chunk_too_large", chunked("41\r\n"), 413},
        Refusal{"chunks_too_large", chunked("40\r\n" + std::string(64, 'x') + "\r\n1\r\n"), 413},
        Refusal{"chunk_signed", chunked("-1\r\n"), 400},
        Refusal{"chunk_plus", chunked("+1\r\n"), 400},
        Refusal{"chunk_hex_mark", chunked("0x1\r\n"), 400},
        Refusal{"chunk_empty", chunked("\r\n"), 400},
        Refusal{"chunk_absurd", chunked("fffffffffffffffff\r\n"), 400},
        Refusal{"chunk_not_ended", chunked("1\r\nabc"), 400},
        Refusal{"chunk_line_endless", chunked(std::string(130, '0')), 400},
        Refusal{"target_endless", "POST /" + std::string(1'100, 'a'), 431},
        Refusal{"header_endless", post + "A: " + std::string(1'100, 'a'), 431},
        Refusal{"headers_too_long",
                post + "A: " + std::string(500, 'a') + "\r\nB: " + std::string(500, 'b') + "\r\n",
                431},
        Refusal{"empty_lines",
                [] {
                  std::string text;
                  for (int i = 0; i < 600; ++i) text += "\r\n";
                  return text;
                }(),
                431},
        Refusal{"too_many_headers", many_headers(101), 431},
        Refusal{"trailers_too_long",
                chunked("0\r\nA: " + std::string(500, 'a') + "\r\nB: " + std::string(500, 'b') +
                        "\r\n"),
                431}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HttpReader, KeepsTheConnectionUnlessToldOtherwise) {
  const auto keeps = [](const std::string& bytes) {
    HttpReader reader(limits);
    EXPECT_EQ(reader.feed(bytes), State::complete);
    return reader.keeps_alive();
  };
  EXPECT_TRUE(keeps(with_length("x")));
  EXPECT_TRUE(keeps(with_length("x", "Connection: keep-alive\r\n")));
  EXPECT_FALSE(keeps(with_length("x", "Connection: Close\r\n")));
  EXPECT_FALSE(keeps(with_length("x", "Connection: te, close\r\n")));
  EXPECT_FALSE(keeps("POST / HTTP/1.0\r\n\r\n"));
}

TEST(HttpReader, SaysOnceThatTheSenderWaitsToContinue) {
  HttpReader reader(limits);
  const std::string bytes = with_length("x", "Expect: 100-Continue\r\n");
  reader.feed(bytes.substr(0, bytes.size() - 1));
  EXPECT_TRUE(reader.take_wish_to_continue());
  EXPECT_FALSE(reader.take_wish_to_continue());
  EXPECT_EQ(reader.feed("x"), State::complete);
  EXPECT_EQ(reader.next(), State::incomplete);
  EXPECT_EQ(reader.feed(with_length("y")), State::complete);
  EXPECT_FALSE(reader.take_wish_to_continue());
}

TEST(HttpReader, TellsNobodyToContinueWhoDoesNotKnowWhatThatIs) {
  HttpReader reader(limits);
  reader.feed("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nx");
  EXPECT_FALSE(reader.take_wish_to_continue());
  EXPECT_EQ(reader.feed("x"), State::complete);
}

TEST(HttpReader, TakesAnEmptyLineBeforeARequest) {
  HttpReader reader(limits);
  EXPECT_EQ(reader.feed("\r\n" + with_length("x")), State::complete);
  EXPECT_THAT(reader.request().headers, SizeIs(3));
}

}  // namespace
}  // namespace dropcowboy::receiver
