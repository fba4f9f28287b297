#pragma once

#include <dropcowboy/error.hpp>
#include <dropcowboy/issue.hpp>
#include <dropcowboy/result.hpp>
#include <dropcowboy/rvm.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "exit_code.hpp"

// The documents on stdout; docs/tool.md describes them.
namespace dropcowboy::tool {

nlohmann::ordered_json to_document(const std::vector<Attempt>& attempts);
nlohmann::ordered_json to_document(const Receipt& receipt);
nlohmann::ordered_json to_document(const Error& error);
nlohmann::ordered_json to_document(const std::vector<Issue>& issues);
nlohmann::ordered_json to_document(const Validation& validation);

/// For people: what happened, whether it is safe to send again, and every issue.
void say(const Error& error);

/// A message of the library's with this program's flags in place of the options that it names.
std::string in_words_of_the_tool(std::string message);

/// What the command line has against such a failure, if anything.
void say_remedy(const Error& error);

/// Tells both and gives the exit code.
ExitCode report(const Result<Receipt>& result);
ExitCode report(const Error& error);

}  // namespace dropcowboy::tool
