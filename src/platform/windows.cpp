// Written after the documentation; built by the CI configuration for Windows only.
#define NOMINMAX
#include <windows.h>
//
#include <bcrypt.h>

#include "platform/platform.hpp"

namespace dropcowboy::platform {

bool fill_random(void* bytes, std::size_t size) noexcept {
  return BCRYPT_SUCCESS(::BCryptGenRandom(nullptr, static_cast<PUCHAR>(bytes),
                                          static_cast<ULONG>(size),
                                          BCRYPT_USE_SYSTEM_PREFERRED_RNG));
}

unsigned long process_id() noexcept { return ::GetCurrentProcessId(); }

SigpipeGuard::SigpipeGuard(bool) noexcept {}
SigpipeGuard::~SigpipeGuard() = default;

}  // namespace dropcowboy::platform
