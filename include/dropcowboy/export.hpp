#pragma once

#if !defined(__cpp_exceptions) && !defined(__EXCEPTIONS) && !defined(_CPPUNWIND)
#error "dropcowboy needs exceptions: it does not support -fno-exceptions"
#endif

/// DROPCOWBOY_LIFETIMEBOUND marks what refers into its object: compilers that know it warn of a
/// reference that outlives a temporary.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define DROPCOWBOY_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#if !defined(DROPCOWBOY_LIFETIMEBOUND)
#define DROPCOWBOY_LIFETIMEBOUND
#endif

/// DROPCOWBOY_API marks what a shared library exports; everything else is hidden.
/// The build system defines DROPCOWBOY_SHARED for the library and for whoever links it when it is
/// built shared, and DROPCOWBOY_BUILDING while the library itself is compiled.
#if !defined(DROPCOWBOY_SHARED)
#define DROPCOWBOY_API
#elif defined(_WIN32) && defined(DROPCOWBOY_BUILDING)
#define DROPCOWBOY_API __declspec(dllexport)
#elif defined(_WIN32)
#define DROPCOWBOY_API __declspec(dllimport)
#else
#define DROPCOWBOY_API __attribute__((visibility("default")))
#endif
