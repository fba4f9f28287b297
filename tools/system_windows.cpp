#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
//
#include <aclapi.h>
#include <fcntl.h>
#include <io.h>
#include <sddl.h>
#include <shellapi.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "platform/windows_text.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

struct LocalFreer {
  void operator()(void* memory) const noexcept { ::LocalFree(memory); }
};

using platform::narrow;
using platform::wide;

HANDLE handle_of(StandardStream stream) {
  constexpr std::array<DWORD, 3> names{STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  return ::GetStdHandle(names.at(static_cast<std::size_t>(stream)));
}

}  // namespace

/// argv is in the system's own character set, which has no letter for most of the world's names.
std::vector<std::string> arguments_of(int, char**) {
  int count = 0;
  const std::unique_ptr<wchar_t*[], LocalFreer> all(
      ::CommandLineToArgvW(::GetCommandLineW(), &count));
  std::vector<std::string> arguments;
  for (int i = 1; all && i < count; ++i) {
    arguments.push_back(narrow(all[static_cast<std::size_t>(i)]));
  }
  return arguments;
}

const char* variable_of(const std::string& name) {
  static thread_local std::string value;
  const wchar_t* text = ::_wgetenv(wide(name).c_str());
  if (text == nullptr) return nullptr;
  value = narrow(text);
  return value.c_str();
}

std::filesystem::path file_named(const std::string& name) { return wide(name); }
std::string name_of(const std::filesystem::path& file) { return narrow(file.c_str()); }

std::tm in_utc(std::time_t seconds) {
  std::tm parts{};
  ::gmtime_s(&parts, &seconds);
  return parts;
}

bool is_terminal(StandardStream stream) {
  DWORD mode = 0;
  return ::GetConsoleMode(handle_of(stream), &mode) != 0;
}

/// Windows 10 and later do, once they are asked to.
bool stderr_takes_escapes() {
  static const bool takes = [] {
    const HANDLE console = handle_of(StandardStream::error);
    DWORD mode = 0;
    return ::GetConsoleMode(console, &mode) != 0 &&
           ::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
  }();
  return takes;
}

std::size_t terminal_width() {
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (::GetConsoleScreenBufferInfo(handle_of(StandardStream::error), &info) == 0) return 80;
  return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

std::string_view end_of_typing() { return "Ctrl-Z and Enter"; }

void prepare_streams() {
  ::SetConsoleOutputCP(CP_UTF8);
  ::SetConsoleCP(CP_UTF8);
  for (const int stream : {0, 1, 2}) ::_setmode(stream, _O_BINARY);
}

namespace {

DWORD& shown_input() {
  static DWORD mode = 0;
  return mode;
}

}  // namespace

HiddenInput::HiddenInput()
    : is_terminal_(::GetConsoleMode(handle_of(StandardStream::in), &shown_input()) != 0) {
  if (!is_terminal_) return;
  ::SetConsoleMode(handle_of(StandardStream::in),
                   shown_input() & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
}

HiddenInput::~HiddenInput() {
  if (is_terminal_) ::SetConsoleMode(handle_of(StandardStream::in), shown_input());
}

/// HOME first, as the shells that people bring along have it.
std::filesystem::path home_directory() {
  for (const char* name : {"HOME", "USERPROFILE"}) {
    const char* home = variable_of(name);
    if (home != nullptr && *home != '\0') return file_named(home);
  }
  return {};
}

std::string_view how_to_set_home() { return "set USERPROFILE"; }

namespace {

/// The user who runs this program.
class User {
 public:
  User() {
    HANDLE token = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return;
    DWORD size = 0;
    ::GetTokenInformation(token, TokenUser, nullptr, 0, &size);
    memory_.resize(size);
    if (::GetTokenInformation(token, TokenUser, memory_.data(), size, &size) == 0) memory_.clear();
    ::CloseHandle(token);
  }
  PSID sid() const {
    return memory_.empty() ? nullptr
                           : reinterpret_cast<const TOKEN_USER*>(memory_.data())->User.Sid;
  }

 private:
  std::vector<std::byte> memory_;
};

/// An access list with this user alone on it, and nothing inherited; null if it cannot be made.
std::unique_ptr<void, LocalFreer> owner_only() {
  const User user;
  wchar_t* text = nullptr;
  if (user.sid() == nullptr || ::ConvertSidToStringSidW(user.sid(), &text) == 0) return nullptr;
  const std::unique_ptr<wchar_t, LocalFreer> sid(text);
  const std::wstring words = std::wstring(L"D:P(A;;FA;;;") + text + L")";
  PSECURITY_DESCRIPTOR made = nullptr;
  ::ConvertStringSecurityDescriptorToSecurityDescriptorW(words.c_str(), SDDL_REVISION_1, &made,
                                                         nullptr);
  return std::unique_ptr<void, LocalFreer>(made);
}

/// Whether it is this user, or one who may do anything anyway.
bool is_trusted(PSID sid, const User& user) {
  return ::EqualSid(sid, user.sid()) != 0 || ::IsWellKnownSid(sid, WinLocalSystemSid) != 0 ||
         ::IsWellKnownSid(sid, WinBuiltinAdministratorsSid) != 0 ||
         ::IsWellKnownSid(sid, WinCreatorOwnerRightsSid) != 0;
}

}  // namespace

OthersMay others_may(const std::filesystem::path& file) {
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (::GetNamedSecurityInfoW(const_cast<wchar_t*>(file.c_str()), SE_FILE_OBJECT,
                              DACL_SECURITY_INFORMATION, nullptr, nullptr, &list, nullptr,
                              &descriptor) != ERROR_SUCCESS) {
    return OthersMay::nothing;
  }
  const std::unique_ptr<void, LocalFreer> freed(descriptor);
  if (list == nullptr) return OthersMay::write;  // no list at all: everybody
  const User user;
  OthersMay most = OthersMay::nothing;
  for (DWORD i = 0; i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (::GetAce(list, i, &entry) == 0) continue;
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) continue;
    if (is_trusted(&allowed->SidStart, user)) continue;
    if ((allowed->Mask & (FILE_WRITE_DATA | GENERIC_WRITE | GENERIC_ALL | WRITE_DAC)) != 0) {
      return OthersMay::write;
    }
    if ((allowed->Mask & (FILE_READ_DATA | GENERIC_READ)) != 0) most = OthersMay::read;
  }
  return most;
}

std::string command_for_privacy(const std::filesystem::path& file) {
  return "icacls \"" + name_of(file) + "\" /inheritance:r /grant:r \"%USERNAME%\":F";
}

namespace {

int errno_of(DWORD error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND: return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION: return EACCES;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS: return EEXIST;
    case ERROR_DISK_FULL: return ENOSPC;
    default: return EIO;
  }
}

/// A new file that nobody else may open; INVALID_HANDLE_VALUE, and why by GetLastError(), if it
/// cannot be made.
HANDLE make_for_owner(const std::filesystem::path& file, DWORD shared) {
  const auto list = owner_only();
  if (!list) return ::SetLastError(ERROR_ACCESS_DENIED), INVALID_HANDLE_VALUE;
  SECURITY_ATTRIBUTES attributes{sizeof attributes, list.get(), FALSE};
  return ::CreateFileW(file.c_str(), GENERIC_WRITE, shared, &attributes, CREATE_NEW,
                       FILE_ATTRIBUTE_NORMAL, nullptr);
}

/// Closes `file`. False with errno set.
bool write_all(HANDLE file, std::string_view text) {
  if (file == INVALID_HANDLE_VALUE) return errno = errno_of(::GetLastError()), false;
  DWORD written = 0;
  const bool done =
      ::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) != 0 &&
      written == text.size() && ::SetEndOfFile(file) != 0 && ::FlushFileBuffers(file) != 0;
  if (!done) errno = errno_of(::GetLastError());
  ::CloseHandle(file);
  return done;
}

}  // namespace

std::FILE* make_private_file(const std::filesystem::path& file) {
  const HANDLE made = make_for_owner(file, FILE_SHARE_READ);
  if (made == INVALID_HANDLE_VALUE) return errno = errno_of(::GetLastError()), nullptr;
  const int number = ::_open_osfhandle(reinterpret_cast<std::intptr_t>(made), 0);
  return number < 0 ? nullptr : ::_fdopen(number, "wb");
}

std::filesystem::path write_beside(const std::filesystem::path& target, std::string_view text) {
  for (int i = 0; i < 100; ++i) {
    std::filesystem::path beside = target;
    beside += L"." + std::to_wstring(::GetCurrentProcessId()) + L"-" + std::to_wstring(i);
    const HANDLE file = make_for_owner(beside, 0);
    if (file == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_FILE_EXISTS) continue;
    const bool is_made = file != INVALID_HANDLE_VALUE;
    if (write_all(file, text)) return beside;
    const int cause = errno;
    if (is_made) ::DeleteFileW(beside.c_str());
    errno = cause;
    return {};
  }
  return errno = EEXIST, std::filesystem::path();
}

bool write_into(const std::filesystem::path& target, std::string_view text) {
  const auto list = owner_only();
  if (!list) return errno = EACCES, false;
  const HANDLE file = ::CreateFileW(target.c_str(), GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file != INVALID_HANDLE_VALUE &&
      ::SetFileSecurityW(target.c_str(), DACL_SECURITY_INFORMATION, list.get()) == 0) {
    errno = errno_of(::GetLastError());
    ::CloseHandle(file);
    return false;
  }
  return write_all(file, text);
}

bool sync_name_of(const std::filesystem::path&) { return true; }  // the file system's journal does

int move_over(const char* from, const char* to) {
  if (::MoveFileExW(wide(from).c_str(), wide(to).c_str(),
                    MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0) {
    return 0;
  }
  errno = errno_of(::GetLastError());
  return -1;
}

}  // namespace dropcowboy::tool
