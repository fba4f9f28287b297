#include "support/allocations.hpp"

#include <cstdlib>

namespace {

// Of this thread alone, so that nobody else's allocations count or fail.
thread_local int made = 0;
thread_local int failing = 0;

/// By malloc(), which the sanitizers watch.
void* allocate(std::size_t size) noexcept {
  ++made;
  if (failing > 0 && --failing == 0) return nullptr;
  return std::malloc(size > 0 ? size : 1);
}

void* allocate_or_throw(std::size_t size) {
  void* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// All forms that anybody may call, so that each delete meets the new it belongs to.
void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace dropcowboy::support {

int allocations() noexcept { return made; }

void fail_allocation(int n) noexcept { failing = n; }

bool is_failure_left() noexcept { return std::exchange(failing, 0) > 0; }

}  // namespace dropcowboy::support
