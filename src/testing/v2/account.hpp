#pragma once

#include <httplib.h>

#include <nlohmann/json.hpp>
#include <string>

#include "dropcowboy/testing/simulator.hpp"
#include "testing/answer.hpp"
#include "testing/random_ids.hpp"

namespace dropcowboy::testing::v2 {

// The calls that read, and some that write, what the account holds.

Answer readiness(const SimulatorOptions& options, const SimulatedV2Account& account,
                 RandomIds& ids);

Answer list_lines(const httplib::Request& request, const SimulatedV2Account& account,
                  RandomIds& ids);
Answer create_line(const nlohmann::json& body, SimulatedV2Account& account, RandomIds& ids);
Answer list_numbers(const std::string& line_id, const SimulatedV2Account& account, RandomIds& ids);

Answer list_voices(const SimulatedV2Account& account, RandomIds& ids);

Answer get_contact(const std::string& contact_id, const SimulatedV2Account& account,
                   RandomIds& ids);
Answer search_contacts(const httplib::Request& request, const SimulatedV2Account& account,
                       RandomIds& ids);
Answer record_consent(const std::string& contact_id, const nlohmann::json& body,
                      SimulatedV2Account& account, RandomIds& ids);

}  // namespace dropcowboy::testing::v2
