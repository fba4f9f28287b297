// The standard headers come first: it is this library's headers that must stand these macros, which
// windows.h and others define.
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define ERROR 0
#define DELETE 0x00010000L
#define IN
#define OUT
#define NO_ERROR 0
#define interface struct
#define small char
// AssertMacros.h of Apple's SDK.
#define check(assertion) static_cast<void>(assertion)
#define require(assertion, label) static_cast<void>(assertion)
#define verify(assertion) static_cast<void>(assertion)

#include "dropcowboy/dropcowboy.hpp"
#ifdef WITH_OUTBOX
#include "dropcowboy/outbox/outbox.hpp"
#include "dropcowboy/outbox/postgres.hpp"
#endif
#include "dropcowboy/receiver/callback_signer.hpp"
#include "dropcowboy/receiver/drop_record.hpp"
#include "dropcowboy/receiver/event_queue.hpp"
#include "dropcowboy/receiver/webhook_receiver.hpp"
#include "dropcowboy/testing/callback_page.hpp"
#include "dropcowboy/testing/simulator.hpp"
#include "dropcowboy/v2/v2.hpp"
