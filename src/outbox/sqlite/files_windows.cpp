#include <new>
#include <utility>

#include "outbox/sqlite/files.hpp"
#include "platform/windows_text.hpp"

namespace dropcowboy::outbox::sqlite {

namespace {

using platform::wide;

/// As SQLite shares it, and so that nobody else is kept from renaming or deleting it.
constexpr DWORD shared = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// Owns a handle, or INVALID_HANDLE_VALUE.
class Handle {
 public:
  Handle(const std::string& path, DWORD access, DWORD how) noexcept {
    try {
      handle_ = ::CreateFileW(wide(path).c_str(), access, shared, nullptr, how,
                              FILE_ATTRIBUTE_NORMAL, nullptr);
    } catch (const std::bad_alloc&) {
      ::SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    }
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (*this) ::CloseHandle(handle_);
  }
  explicit operator bool() const noexcept { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const noexcept { return handle_; }
  HANDLE release() noexcept { return std::exchange(handle_, INVALID_HANDLE_VALUE); }

 private:
  HANDLE handle_ = INVALID_HANDLE_VALUE;
};

HANDLE handle_of(std::intptr_t number) noexcept { return reinterpret_cast<HANDLE>(number); }

/// At a place of its own, whatever others do with the same file.
OVERLAPPED at(std::uint32_t offset) noexcept {
  OVERLAPPED place{};
  place.Offset = offset;
  return place;
}

}  // namespace

void make_private_file(const std::string& path) noexcept {
  const Handle made(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW);
}

bool sync_file(const std::string& path) noexcept {
  const Handle file(path, GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
  return file && ::FlushFileBuffers(file.get()) != 0;
}

bool rename_file(const std::string& from, const std::string& to) noexcept {
  try {
    return ::MoveFileExW(wide(from).c_str(), wide(to).c_str(),
                         MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void remove_file(const std::string& path) noexcept {
  try {
    ::DeleteFileW(wide(path).c_str());
  } catch (const std::bad_alloc&) {
    return;
  }
}

std::string real_name_of(const std::string& path) {
  const Handle file(path, 0, OPEN_EXISTING);
  std::wstring name(32'768, L'\0');  // the longest there is
  const DWORD size =
      file ? ::GetFinalPathNameByHandleW(file.get(), name.data(), static_cast<DWORD>(name.size()),
                                         FILE_NAME_NORMALIZED | VOLUME_NAME_DOS)
           : 0;
  if (size == 0 || size >= name.size()) return path;
  const std::string real = platform::narrow(name.c_str());
  if (real.rfind(R"(\\?\UNC\)", 0) == 0) return R"(\\)" + real.substr(8);
  return real.rfind(R"(\\?\)", 0) == 0 ? real.substr(4) : real;
}

// NTFS counts in it how often the place of a file was given to another one.
std::string identity_of(const std::string& path) {
  const Handle file(path, 0, OPEN_EXISTING);
  BY_HANDLE_FILE_INFORMATION status{};
  if (!file || ::GetFileInformationByHandle(file.get(), &status) == 0) return {};
  const std::uint64_t index = (std::uint64_t{status.nFileIndexHigh} << 32U) | status.nFileIndexLow;
  return std::to_string(status.dwVolumeSerialNumber) + ":" + std::to_string(index);
}

RandomAccessFile::RandomAccessFile(const std::string& path) noexcept
    : handle_(reinterpret_cast<std::intptr_t>(
          Handle(path, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS).release())) {}

RandomAccessFile::~RandomAccessFile() {
  if (handle_of(handle_) != INVALID_HANDLE_VALUE) ::CloseHandle(handle_of(handle_));
}

std::size_t RandomAccessFile::read_at(std::uint32_t offset, char* to,
                                      std::size_t size) const noexcept {
  OVERLAPPED place = at(offset);
  DWORD count = 0;
  const BOOL done = ::ReadFile(handle_of(handle_), to, static_cast<DWORD>(size), &count, &place);
  return done != 0 ? count : 0;
}

bool RandomAccessFile::write_at(std::uint32_t offset, std::string_view bytes) const noexcept {
  OVERLAPPED place = at(offset);
  DWORD count = 0;
  return ::WriteFile(handle_of(handle_), bytes.data(), static_cast<DWORD>(bytes.size()), &count,
                     &place) != 0 &&
         count == bytes.size();
}

}  // namespace dropcowboy::outbox::sqlite
