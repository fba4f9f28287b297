// Bytes on a connection that belong to no request, or to an earlier one: they must never be read as
// the answer to the next message, however they arrive. The second message is refused with 400: a
// client that calls it accepted has lost it.

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/wire.hpp"

namespace dropcowboy {
namespace {

using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::Scheme;
using support::Wire;

enum class Arrival {
  with_the_answer,      ///< in the same write, and so in the same TLS record
  with_the_body,        ///< the same, after the headers have come in a record of their own: libcurl
                        ///< then reads as much as the body has, and leaves the rest where it is
  after_the_answer,     ///< in a write of its own
  half_now_half_later,  ///< the rest when the next request has arrived on the connection
  while_idle,           ///< when the first message has been completed
};
enum class Way { send, send_async };

struct Cell {
  Scheme scheme;
  Way way;
  Arrival arrival;
  const char* first;  ///< the fault that answers the first message
  const char* stray;  ///< what is said unasked
};

const char acceptance[] = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"status\":\"queued\"}";
const char late_timeout[] = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
const char line_end[] = "\r\n";

std::string name_of(const Cell& cell) {
  static const char* const arrivals[] = {"with", "body", "after", "half", "idle"};
  const char* stray = cell.stray == acceptance     ? "acceptance"
                      : cell.stray == late_timeout ? "timeout"
                                                   : "line_end";
  return std::string(stray) + "_" + arrivals[static_cast<int>(cell.arrival)] + "_" + cell.first +
         "_" + to_string(cell.scheme) + (cell.way == Way::send ? "" : "_async");
}

std::ostream& operator<<(std::ostream& out, const Cell& cell) { return out << name_of(cell); }

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const Scheme scheme : {Scheme::http, Scheme::https}) {
    for (const Way way : {Way::send, Way::send_async}) {
      for (const char* first : {"status_200", "chunked", "status_204", "status_302", "status_400",
                                "status_429", "status_500"}) {
        for (const Arrival arrival :
             {Arrival::with_the_answer, Arrival::with_the_body, Arrival::after_the_answer,
              Arrival::half_now_half_later, Arrival::while_idle}) {
          all.push_back({scheme, way, arrival, first, acceptance});
        }
      }
      for (const Arrival arrival : {Arrival::with_the_answer, Arrival::while_idle}) {
        all.push_back({scheme, way, arrival, "status_200", late_timeout});
        all.push_back({scheme, way, arrival, "status_200", line_end});
      }
    }
  }
  return all;
}

class StrayAnswer : public ::testing::TestWithParam<Cell> {
 protected:
  /// The first answer, and the stray bytes in the way that the cell wants.
  Fault first() {
    Fault fault = fault_called(GetParam().first);
    const std::string stray = GetParam().stray;
    const std::string half = stray.substr(0, stray.size() / 2);
    switch (GetParam().arrival) {
      case Arrival::with_the_answer:
        fault.says = [says = fault.says, stray](const support::Question& question) {
          return says(question) + stray;
        };
        fault.after_answering = [this](Wire&) { written_.set_value(); };
        break;
      case Arrival::with_the_body:
        fault.says = [this, says = fault.says, stray](const support::Question& question) {
          const std::string answer = says(question);
          const std::size_t body = answer.find("\r\n\r\n") + 4;
          rest_ = answer.substr(body) + stray;
          return answer.substr(0, body);
        };
        fault.after_answering = [this](Wire& wire) { say(wire, rest_); };
        break;
      case Arrival::after_the_answer:
        fault.after_answering = [this, stray](Wire& wire) { say(wire, stray); };
        break;
      case Arrival::half_now_half_later:
        fault.says = [says = fault.says, half](const support::Question& question) {
          return says(question) + half;
        };
        fault.after_answering = [this, rest = stray.substr(half.size())](Wire& wire) {
          written_.set_value();
          if (wire.await_data()) wire.write(rest);
        };
        break;
      case Arrival::while_idle:
        fault.after_answering = [this, stray](Wire& wire) {
          completed_.get_future().wait();
          say(wire, stray);
        };
        break;
    }
    return fault;
  }

  /// With an answer that has no length libcurl drops what else has come, and keeps the connection:
  /// of the other half, which comes as an answer, it cannot make sense.
  bool is_half_dropped() const {
    const std::string first = GetParam().first;
    return GetParam().arrival == Arrival::half_now_half_later &&
           (first == "chunked" || first == "status_204" || first == "status_302");
  }

  void say(Wire& wire, const std::string& bytes) {
    wire.write(bytes);
    written_.set_value();
  }

  Result<Receipt> send(const std::string& foreign_id) {
    if (GetParam().way == Way::send) return support::send(client_, foreign_id);
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    return client_.send_async(request).get();
  }

  std::promise<void> completed_;  // the first message, as its sender sees it
  std::promise<void> written_;    // the stray bytes, as the server sees it
  std::string rest_;              // of the first answer; the server's
  FaultServer server_{support::server_options(GetParam().scheme)};
  const Client client_{support::client_options(server_)};
};

TEST_P(StrayAnswer, IsNotTakenForTheNextOne) {
  server_.script({first(), fault_called("status_400")});
  const auto first_one = send("first");
  completed_.set_value();
  ASSERT_EQ(server_.ledger().complete_posts("first"), 1) << support::text_of(first_one);
  written_.get_future().wait();
  const auto second = send("second");
  EXPECT_TRUE(server_.finish());
  ASSERT_FALSE(second) << "the service refused it";
  EXPECT_EQ(server_.ledger().complete_posts("second"), 1);
  if (is_half_dropped() && second.error().outcome == Outcome::unknown) return;
  EXPECT_EQ(second.error().outcome, Outcome::rejected) << second.error();
  EXPECT_EQ(second.error().http_status, 400) << second.error();
  EXPECT_LE(server_.ledger().connections(), 2);
}

INSTANTIATE_TEST_SUITE_P(Cells, StrayAnswer, ::testing::ValuesIn(cells()),
                         [](const auto& cell) { return name_of(cell.param); });

class OddHeaders : public support::ClientOverSockets {};

INSTANTIATE_TEST_SUITE_P(Schemes, OddHeaders, support::both_schemes, support::scheme_name);

/// An answer whose first header line begins with a space, as if it went on from one before.
Fault folded() {
  Fault fault = fault_called("status_200");
  fault.says = support::raw(
      "HTTP/1.1 200 OK\r\n X-Folded: 1\r\nContent-Length: 19\r\n\r\n{\"status\":\"queued\"}");
  return fault;
}

// libcurl 7.83 to 8.0.1 freed a header of the answer before once more. What the answer means, each
// version says in its own way; it is never called a refusal.
TEST_P(OddHeaders, ALineThatContinuesNothingHarmsNobody) {
  for (const bool async : {false, true}) {
    SCOPED_TRACE(async);
    FaultServer server(support::server_options(GetParam()));
    const Client client(support::client_options(server));
    const auto send = [&](const std::string& foreign_id) {
      RvmRequest request = support::good_request();
      request.foreign_id = foreign_id;
      return async ? client.send_async(request).get() : client.send(request);
    };
    server.script({folded(), fault_called("status_200"), folded(), folded()});
    for (const char* id : {"a", "b", "c", "d", "e"}) {
      const auto result = send(id);
      if (!result) {
        EXPECT_EQ(result.error().outcome, Outcome::unknown) << result.error();
        EXPECT_EQ(result.error().kind, ErrorKind::bad_response) << result.error();
      }
    }
    EXPECT_TRUE(server.finish());
    for (const char* id : {"a", "b", "c", "d", "e"}) {
      EXPECT_EQ(server.ledger().deliveries(id), 1) << id;
    }
  }
}

Fault slow_down_after(const std::string& before, const std::string& trailer) {
  Fault fault = fault_called("status_429");
  fault.says =
      support::raw(before + "HTTP/1.1 429 Too Many Requests\r\n" +
                   "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + trailer + "\r\n");
  return fault;
}

TEST_P(OddHeaders, RetryAfterCountsFromTheFinalHeaderAlone) {
  const std::string wait = "Retry-After: 60\r\nX-Request-Id: not-this\r\n";
  for (const Fault& fault : {slow_down_after("HTTP/1.1 103 Early Hints\r\n" + wait + "\r\n", ""),
                             slow_down_after("HTTP/1.1 100 Continue\r\n" + wait + "\r\n", ""),
                             slow_down_after("", wait)}) {
    FaultServer server(support::server_options(GetParam()));
    const Client client(support::client_options(server));
    server.always(fault);
    const auto result = support::send(client, "victim");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().http_status, 429);
    EXPECT_FALSE(result.error().retry_after) << result.error();
    EXPECT_EQ(result.error().request_id, "");
  }
}

}  // namespace
}  // namespace dropcowboy
