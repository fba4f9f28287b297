#pragma once

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
//
#include <aclapi.h>
#include <sddl.h>

#include "../../tools/system.hpp"
#else
#include <sys/stat.h>
#endif

#include <string>

namespace dropcowboy::support {

// What a file's owner and others may do, in the bits of POSIX. On Windows it is an access list with
// the owner and everybody on it, where the group has the bits of the others.

#ifdef _WIN32

inline unsigned mode_of(const std::string& path) {
  switch (tool::others_may(path)) {
    case tool::OthersMay::nothing: return 0600U;
    case tool::OthersMay::read: return 0644U;
    case tool::OthersMay::write: return 0666U;
  }
  return 0;
}

inline void set_mode(const std::string& path, unsigned mode) {
  PSID owner = nullptr;
  PSECURITY_DESCRIPTOR of_the_file = nullptr;
  ::GetNamedSecurityInfoA(path.c_str(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr,
                          nullptr, nullptr, &of_the_file);
  char* sid = nullptr;
  ::ConvertSidToStringSidA(owner, &sid);
  std::string list = std::string("D:P(A;;FA;;;") + sid + ")";
  if ((mode & 0044U) != 0) list += "(A;;FR;;;WD)";
  if ((mode & 0022U) != 0) list += "(A;;FW;;;WD)";
  PSECURITY_DESCRIPTOR made = nullptr;
  ::ConvertStringSecurityDescriptorToSecurityDescriptorA(list.c_str(), SDDL_REVISION_1, &made,
                                                         nullptr);
  ::SetFileSecurityA(path.c_str(), DACL_SECURITY_INFORMATION, made);
  for (void* memory : {static_cast<void*>(sid), of_the_file, made}) ::LocalFree(memory);
}

#else

inline unsigned mode_of(const std::string& path) {
  struct stat status {};
  ::stat(path.c_str(), &status);
  return status.st_mode & 0777U;
}

inline void set_mode(const std::string& path, unsigned mode) { ::chmod(path.c_str(), mode); }

#endif

}  // namespace dropcowboy::support
