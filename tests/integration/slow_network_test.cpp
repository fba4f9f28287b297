// What loopback hides: writes that take a part of a request, or nothing, and go on later. Requests
// of every size over a connection that cannot take them at once, a write that takes nothing, and a
// TLS 1.2 service that asks for a new handshake between two requests. Before 8.7 libcurl counts
// only what the first write of a request took, so nothing may be concluded from that count.

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <future>
#include <string>
#include <vector>

#include "support/adjusted_runtime.hpp"
#include "support/client_over_sockets.hpp"
#include "support/send_hook.hpp"
#include "support/wire.hpp"

namespace dropcowboy {
namespace {

using std::chrono::milliseconds;
using support::Fault;
using support::fault_called;
using support::FaultServer;
using support::SendHook;
using support::Wire;

enum class Protocol { plain, tls_1_2, tls_1_3 };
enum class Way { send, send_async };
enum class Connection { fresh, reused };

constexpr const char* protocol_names[] = {"http", "tls12", "tls13"};

struct Cell {
  std::string trouble;
  Protocol protocol;
  Way way;
  Connection connection;
  std::size_t request_bytes;
  const char* fault;  ///< what the service does with the request once it has read it
};

std::string name_of(const Cell& cell) {
  return cell.trouble + "_" + cell.fault + "_" + std::to_string(cell.request_bytes) + "_" +
         protocol_names[static_cast<int>(cell.protocol)] +
         (cell.connection == Connection::fresh ? "_fresh" : "_reused") +
         (cell.way == Way::send ? "" : "_async");
}

std::ostream& operator<<(std::ostream& out, const Cell& cell) { return out << name_of(cell); }

constexpr const char* endings[] = {"status_200", "status_400", "closes_after_the_request",
                                   "resets_after_the_request"};

/// Every way to send, with each ending, for one kind of trouble.
void add_cells(std::vector<Cell>& all, const std::string& trouble,
               const std::vector<Protocol>& protocols, const std::vector<std::size_t>& sizes,
               const std::vector<Connection>& connections) {
  for (const Protocol protocol : protocols) {
    for (const std::size_t size : sizes) {
      for (const Connection connection : connections) {
        for (const char* fault : endings) {
          for (const Way way : {Way::send, Way::send_async}) {
            all.push_back({trouble, protocol, way, connection, size, fault});
          }
        }
      }
    }
  }
}

std::vector<Cell> cells() {
  const std::vector<Protocol> protocols = {Protocol::plain, Protocol::tls_1_2, Protocol::tls_1_3};
  std::vector<Cell> all;
  add_cells(all, "slow_reader", protocols, {500, 12'000, 48'000, 60'000},
            {Connection::fresh, Connection::reused});
  for (const char* trouble : {"refused_write_1", "refused_write_2", "refused_write_3"}) {
    add_cells(all, trouble, protocols, {500, 60'000}, {Connection::reused});
  }
  add_cells(all, "renegotiation", {Protocol::tls_1_2}, {500}, {Connection::reused});
  return all;
}

FaultServer::Options server_options(Protocol protocol, bool is_slow) {
  FaultServer::Options options;
  if (protocol != Protocol::plain) options.certificates = &support::certificates();
  if (protocol == Protocol::tls_1_2) options.max_tls_version = TLS1_2_VERSION;
  if (is_slow) options.receive_buffer = 4096;
  return options;
}

class SlowNetwork : public ::testing::TestWithParam<Cell> {
 protected:
  SlowNetwork() {
    if (is_slow_reader()) hook_.shrink_buffers(4096);
    ClientOptions options = support::client_options(server_);
    options.retry.max_attempts = 3;
    options.runtime = std::make_shared<support::AdjustedRuntime>(milliseconds(1));
    client_.emplace(std::move(options));
  }

  bool is_slow_reader() const { return GetParam().trouble == "slow_reader"; }

  Fault fault() const {
    Fault fault = fault_called(GetParam().fault);
    if (is_slow_reader()) {
      // Until then the client has nowhere to write to.
      fault.before_reading = [](Wire& wire) { wire.pause(milliseconds(30)); };
    }
    return fault;
  }

  Result<Receipt> send(const std::string& foreign_id, std::size_t request_bytes) {
    RvmRequest request = support::good_request();
    request.foreign_id = foreign_id;
    request.extra_json = R"({"pad":")" + std::string(request_bytes, 'x') + "\"}";
    return GetParam().way == Way::send ? client_->send(request)
                                       : client_->send_async(request).get();
  }

  FaultServer server_{server_options(GetParam().protocol, is_slow_reader())};
  SendHook hook_{server_.port()};
  std::optional<Client> client_;
};

TEST_P(SlowNetwork, WhatTheClientSaysIsWhatTheServerRead) {
  const std::string trouble = GetParam().trouble;
  std::vector<Fault> script;
  if (GetParam().connection == Connection::reused) {
    if (trouble == "renegotiation") script.push_back(support::renegotiation());
    server_.script(script);
    EXPECT_TRUE(send("before", 1));
  }
  server_.script({fault()});
  if (trouble.rfind("refused_write_", 0) == 0) hook_.refuse_write(trouble.back() - '0');
  const auto result = send("victim", GetParam().request_bytes);
  client_.reset();
  EXPECT_TRUE(server_.finish());

  const auto& ledger = server_.ledger();
  EXPECT_EQ(ledger.complete_posts("victim"), 1);
  const std::string ending = GetParam().fault;
  if (ending == "status_200") {
    EXPECT_TRUE(result) << result.error();
    return;
  }
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outcome, ending == "status_400" ? Outcome::rejected : Outcome::unknown)
      << result.error();
  EXPECT_EQ(result.error().attempts.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Cells, SlowNetwork, ::testing::ValuesIn(cells()),
                         [](const auto& cell) { return name_of(cell.param); });

// Rows are added three times, and reported as added once, if the count of written bytes is
// believed.
TEST(SlowNetworkRows, AreAddedOnce) {
  for (const char* ending : endings) {
    SCOPED_TRACE(ending);
    FaultServer server(server_options(Protocol::tls_1_3, true));
    SendHook hook(server.port());
    hook.shrink_buffers(4096);
    ClientOptions options = support::client_options(server);
    options.retry.max_attempts = 3;
    options.runtime = std::make_shared<support::AdjustedRuntime>(milliseconds(1));
    const Client client(options);
    ASSERT_TRUE(support::send(client, "before"));
    Fault fault = fault_called(ending);
    fault.before_reading = [](Wire& wire) { wire.pause(milliseconds(30)); };
    server.script({fault});
    ContactRows rows = support::good_contacts(500);
    rows.values[0][0] = "victim";
    rows.values[1][0] = std::string(40'000, 'x');
    const AppendReport report = client.append_contacts("l-1", rows);
    EXPECT_TRUE(server.finish());
    EXPECT_EQ(server.ledger().complete_posts("victim"), 1);
    // What is accepted here is no answer to this call: it may have been taken, as when nothing
    // came.
    EXPECT_EQ(report.unknown.count > 0, std::string(ending) != "status_400");
  }
}

}  // namespace
}  // namespace dropcowboy
