#pragma once

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "dropcowboy/testing/simulator.hpp"
#include "support/raw_client.hpp"

namespace dropcowboy::support {

inline const Credentials strict_account{"team-1", "s3cr3t-value"};

/// Of a simulator that answers 400 and 401, for one account.
inline testing::SimulatorOptions strict() {
  testing::SimulatorOptions options;
  options.credentials = strict_account;
  options.strict = true;
  return options;
}

/// A change of a good body, and how the strict simulator judges it.
struct JudgedBody {
  std::string name;
  nlohmann::json patch;
  std::string key;  // that the refusal names; empty if it is accepted
};

inline void PrintTo(const JudgedBody& row, std::ostream* out) { *out << row.name; }

inline void expect_judged(const httplib::Result& answer, const JudgedBody& row) {
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_THAT(answer->body, ::testing::Not(::testing::HasSubstr(strict_account.secret)));
  EXPECT_EQ(answer->status, row.key.empty() ? 200 : 400) << answer->body;
  if (row.key.empty()) {
    EXPECT_EQ(answer->body, R"({"status":"queued"})");
  } else {
    EXPECT_THAT(RawClient::message_of(answer), ::testing::HasSubstr(row.key));
  }
}

}  // namespace dropcowboy::support
