// libcurl stays in memory when the plug-in that brought it is unloaded.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "platform/platform.hpp"

namespace dropcowboy {
namespace {

bool is_loaded() {
  void* const handle = ::dlopen(DROPCOWBOY_PLUG_IN, RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) ::dlclose(handle);
  return handle != nullptr;
}

TEST(NeverUnloadTest, KeepsALibraryThatNobodyHoldsAnyMore) {
  void* plug_in = ::dlopen(DROPCOWBOY_PLUG_IN, RTLD_NOW);
  ASSERT_NE(plug_in, nullptr) << ::dlerror();
  ::dlclose(plug_in);
  ASSERT_FALSE(is_loaded()) << "this one can be unloaded";

  plug_in = ::dlopen(DROPCOWBOY_PLUG_IN, RTLD_NOW);
  ASSERT_NE(plug_in, nullptr) << ::dlerror();
  platform::never_unload(::dlsym(plug_in, "answer_of_the_plug_in"));
  ::dlclose(plug_in);
  EXPECT_TRUE(is_loaded());
}

}  // namespace
}  // namespace dropcowboy
