#include "support/allocations.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace {

// Of this thread alone, so that nobody else's allocations count or fail.
thread_local int made = 0;
thread_local int failing = 0;
thread_local std::size_t made_bytes = 0;
thread_local std::ptrdiff_t held_bytes = 0;  // below 0 if it frees what other threads allocated
thread_local std::ptrdiff_t most_held_bytes = 0;

/// Stands before each block, so that it can be told what is given back.
union Header {
  std::size_t size;
  std::max_align_t alignment;
};

/// By malloc(), which the sanitizers watch.
void* allocate(std::size_t size) noexcept {
  ++made;
  if (failing > 0 && --failing == 0) return nullptr;
  auto* const header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
  if (header == nullptr) return nullptr;
  header->size = size;
  made_bytes += size;
  held_bytes += static_cast<std::ptrdiff_t>(size);
  most_held_bytes = std::max(most_held_bytes, held_bytes);
  return header + 1;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  Header* const header = static_cast<Header*>(memory) - 1;
  held_bytes -= static_cast<std::ptrdiff_t>(header->size);
  std::free(header);
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
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }

namespace dropcowboy::support {

int allocations() noexcept { return made; }
std::size_t allocated_bytes() noexcept { return made_bytes; }
std::size_t peak_bytes_since(std::ptrdiff_t held) noexcept {
  return static_cast<std::size_t>(most_held_bytes - held);
}
std::ptrdiff_t start_of_peak() noexcept { return most_held_bytes = held_bytes; }

void fail_allocation(int n) noexcept { failing = n; }

bool is_failure_left() noexcept { return std::exchange(failing, 0) > 0; }

}  // namespace dropcowboy::support
