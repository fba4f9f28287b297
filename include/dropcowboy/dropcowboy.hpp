#pragma once

/// The whole client API. Each header below can also be included alone.
#include "dropcowboy/cancel_token.hpp"
#include "dropcowboy/client.hpp"
#include "dropcowboy/credentials.hpp"
#include "dropcowboy/environment.hpp"
#include "dropcowboy/error.hpp"
#include "dropcowboy/event.hpp"
#include "dropcowboy/foreign_id.hpp"
#include "dropcowboy/foreign_id_tagger.hpp"
#include "dropcowboy/issue.hpp"
#include "dropcowboy/options.hpp"
#include "dropcowboy/result.hpp"
#include "dropcowboy/rvm.hpp"
#include "dropcowboy/stats.hpp"
#include "dropcowboy/transport.hpp"
#include "dropcowboy/version.hpp"
#include "dropcowboy/webhook.hpp"
