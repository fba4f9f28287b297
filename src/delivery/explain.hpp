#pragma once

#include <string>

#include "delivery/operation.hpp"

namespace dropcowboy::delivery {

/// What happened and what to do, for a person: the text of Error::message after an attempt that was
/// not accepted. What an unknown outcome means is said of the call as a whole. `answer` is what the
/// service said, if it said something; it and observed.detail must be free of secrets already.
std::string explain(const Operation& operation, const Verdict& verdict, const HttpResult& observed,
                    const std::string& answer);

}  // namespace dropcowboy::delivery
