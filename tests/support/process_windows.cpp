// Process on Windows.
#include "support/process.hpp"

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace dropcowboy::support {

namespace {

HANDLE check(HANDLE handle, const char* what) {
  if (handle == nullptr || handle == INVALID_HANDLE_VALUE) {
    throw std::runtime_error(std::string("no ") + what);
  }
  return handle;
}

std::wstring wide(const std::string& utf8) { return std::filesystem::u8path(utf8).wstring(); }

/// As CommandLineToArgvW() takes it apart: backslashes count double before a quotation mark.
std::wstring quoted(const std::wstring& argument) {
  std::wstring text = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t c : argument) {
    if (c == L'"') text.append(backslashes + 1, L'\\');
    backslashes = c == L'\\' ? backslashes + 1 : 0;
    text += c;
  }
  return text.append(backslashes, L'\\') + L'"';
}

std::wstring command_line(const std::string& program, const std::vector<std::string>& arguments) {
  std::wstring line = quoted(wide(program));
  for (const std::string& argument : arguments) line += L' ' + quoted(wide(argument));
  return line;
}

/// What replaces the environment; Windows' own libraries do not start without SYSTEMROOT.
std::wstring environment_block(const Process::Variables& variables) {
  std::wstring block;
  for (const wchar_t* name : {L"PATH", L"SYSTEMROOT", L"TEMP", L"TMP"}) {
    if (const wchar_t* value = ::_wgetenv(name)) block += std::wstring(name) + L'=' + value + L'\0';
  }
  for (const auto& [name, value] : variables) block += wide(name) + L'=' + wide(value) + L'\0';
  return block + L'\0';
}

HANDLE inheritable(HANDLE handle) {
  ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

/// A file that goes when it is closed.
HANDLE nameless_file(const std::string& text) {
  std::array<wchar_t, MAX_PATH> name{};
  const auto directory = std::filesystem::temp_directory_path().wstring();
  ::GetTempFileNameW(directory.c_str(), L"dct", 0, name.data());
  const HANDLE file = check(
      ::CreateFileW(name.data(), GENERIC_READ | GENERIC_WRITE,
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, CREATE_ALWAYS,
                    FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr),
      "temporary file");
  DWORD written = 0;
  ::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
  ::SetFilePointer(file, 0, nullptr, FILE_BEGIN);
  return file;
}

struct Pipe {
  Pipe() {
    if (::CreatePipe(&out, &in, nullptr, 0) == 0) throw std::runtime_error("no pipe");
  }
  HANDLE out = nullptr;
  HANDLE in = nullptr;
};

/// The end for writing of a pipe whose other end is closed.
HANDLE broken_pipe() {
  const Pipe pipe;
  ::CloseHandle(pipe.out);
  return pipe.in;
}

/// The streams of a program that is about to start: what it gets, and what the test keeps.
struct Wiring {
  Wiring(Streams streams, const std::string& input) {
    if (streams == Streams::terminal) throw std::runtime_error("no terminal on Windows");
    if (streams == Streams::closed) return;
    start.hStdInput = inheritable(nameless_file(input));
    if (streams == Streams::unread) {
      start.hStdOutput = inheritable(broken_pipe());
    } else {
      const Pipe pipe;
      stream = pipe.out;
      start.hStdOutput = inheritable(pipe.in);
    }
    switch (streams) {
      case Streams::separate:
      case Streams::unread: start.hStdError = inheritable(errors = nameless_file("")); break;
      case Streams::unread_errors: start.hStdError = inheritable(broken_pipe()); break;
      default: start.hStdError = start.hStdOutput;
    }
  }
  Wiring(const Wiring&) = delete;
  Wiring& operator=(const Wiring&) = delete;
  ~Wiring() {
    if (start.hStdInput != nullptr) ::CloseHandle(start.hStdInput);
    if (start.hStdOutput != nullptr) ::CloseHandle(start.hStdOutput);
    if (start.hStdError != start.hStdOutput && start.hStdError != errors) {
      ::CloseHandle(start.hStdError);
    }
  }

  STARTUPINFOW start = [] {
    STARTUPINFOW empty{};
    empty.cb = sizeof empty;
    empty.dwFlags = STARTF_USESTDHANDLES;
    return empty;
  }();
  HANDLE stream = nullptr;
  HANDLE errors = nullptr;
};

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const Variables& environment, Streams streams, const std::string& input) {
  const std::string file = program + ".exe";
  std::wstring line = command_line(file, arguments);
  std::wstring variables = environment_block(environment);
  Wiring wiring(streams, input);
  PROCESS_INFORMATION made{};
  const BOOL started =
      ::CreateProcessW(wide(file).c_str(), line.data(), nullptr, nullptr, TRUE,
                       CREATE_UNICODE_ENVIRONMENT, variables.data(), nullptr, &wiring.start, &made);
  stream_ = wiring.stream;
  errors_ = wiring.errors;
  if (started == 0) {
    throw std::runtime_error("cannot start " + program + ": " + std::to_string(::GetLastError()));
  }
  ::CloseHandle(made.hThread);
  process_ = made.hProcess;
}

Process::~Process() {
  if (stream_ != nullptr) ::CloseHandle(stream_);
  if (errors_ != nullptr) ::CloseHandle(errors_);
  if (process_ == nullptr) return;
  kill();
  wait();
}

/// Without the carriage returns of text streams.
bool Process::read_more() {
  std::array<char, 4096> chunk{};
  DWORD count = 0;
  if (stream_ == nullptr || ::ReadFile(stream_, chunk.data(), chunk.size(), &count, nullptr) == 0) {
    return false;
  }
  for (DWORD i = 0; i < count; ++i) {
    if (chunk[i] != '\r') buffer_ += chunk[i];
  }
  return count > 0;
}

std::string Process::errors() const {
  std::string text;
  std::array<char, 4096> chunk{};
  OVERLAPPED from{};
  DWORD count = 0;
  while (::ReadFile(errors_, chunk.data(), chunk.size(), &count, &from) != 0 && count > 0) {
    for (DWORD i = 0; i < count; ++i) {
      if (chunk[i] != '\r') text += chunk[i];
    }
    from.Offset += count;
  }
  return text;
}

void Process::type(const std::string&) const { throw std::runtime_error("no terminal on Windows"); }

void Process::terminate() const { interrupt(); }

/// Ctrl-Break, as the console itself hands it over: by a thread that starts in the library's
/// CtrlRoutine(), which is at the same place in every process. A job has no console to ask for it.
void Process::interrupt() const {
  const auto routine = reinterpret_cast<LPTHREAD_START_ROUTINE>(reinterpret_cast<void*>(
      ::GetProcAddress(::GetModuleHandleW(L"kernelbase.dll"), "CtrlRoutine")));
  const HANDLE thread =
      ::CreateRemoteThread(process_, nullptr, 0, routine,
                           reinterpret_cast<void*>(std::uintptr_t{CTRL_BREAK_EVENT}), 0, nullptr);
  if (routine == nullptr || thread == nullptr) throw std::runtime_error("cannot interrupt it");
  ::CloseHandle(thread);
}

void Process::kill() const { ::TerminateProcess(process_, static_cast<UINT>(-1)); }

int Process::wait() {
  DWORD status = 0;
  ::WaitForSingleObject(process_, INFINITE);
  ::GetExitCodeProcess(process_, &status);
  ::CloseHandle(process_);
  process_ = nullptr;
  return static_cast<int>(status);
}

}  // namespace dropcowboy::support
