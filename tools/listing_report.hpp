#pragma once

#include <dropcowboy/result.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "console.hpp"
#include "exit_code.hpp"
#include "json_text.hpp"
#include "report.hpp"

namespace dropcowboy::tool {

/// Prints an array of the elements as the service sent them; of a Session of either API.
template <class Session, class Thing>
ExitCode report_all(const Session& session, const Result<std::vector<Thing>>& result,
                    const std::string& what) {
  if (const auto dry = session.print_dry_run()) return *dry;
  if (!result) return report(result.error());
  auto things = nlohmann::ordered_json::array();
  for (const Thing& thing : *result) {
    say_issues(thing.issues);
    things.push_back(as_it_came(thing.json));
  }
  say(what + ": " + std::to_string(things.size()));
  print_document(things);
  return ExitCode::accepted;
}

}  // namespace dropcowboy::tool
