#pragma once

/// The whole client of the vendor's v2 API. Each header below can also be included alone.
#include "dropcowboy/v2/account.hpp"
#include "dropcowboy/v2/client.hpp"
#include "dropcowboy/v2/message.hpp"
#include "dropcowboy/v2/options.hpp"
#include "dropcowboy/v2/prepared.hpp"
