#include "config_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "exit_code.hpp"
#include "input.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw UsageError(what + ' ' + path.string() + ": " + std::strerror(errno));
}

[[noreturn]] void corrupt(const std::filesystem::path& path, const std::string& what) {
  throw UsageError(path.string() + ' ' + what +
                   "; mend it, or delete it and run 'dropcowboy config'");
}

/// Docker makes a directory where the file to be mounted is missing.
void require_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return;
  throw UsageError(
      path.string() +
      " is a directory, and should be a file: name another one, or remove it (docker makes "
      "one where the file to mount is missing)");
}

void require_private(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  const std::string remedy = "; run: chmod 600 " + path.string();
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw UsageError("others can write " + path.string() +
                     ", and so send your secret to a place of their own: look what it says" +
                     remedy);
  }
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    say_warning("others can read the secret in " + path.string() + remedy);
  }
}

std::optional<std::string> text_at(const ordered_json& object, const char* key,
                                   const std::filesystem::path& path) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) corrupt(path, std::string("holds a ") + key + " that is not a string");
  return found->get<std::string>();
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

/// False with errno set.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

/// Puts the name of a file on disk, too.
bool sync_directory_of(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  const Descriptor directory(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.number() >= 0 && (::fsync(directory.number()) == 0 || errno == EINVAL);
}

/// By a new file that takes the old one's place. False with errno set; the old one is then as it
/// was.
bool replace(const std::filesystem::path& target, std::string_view text, Rename rename) {
  std::string beside = target.string() + ".XXXXXX";
  const Descriptor file(::mkstemp(beside.data()));  // with mode 0600
  if (file.number() < 0) return false;
  if (write_all(file.number(), text) && rename(beside.c_str(), target.c_str()) == 0) {
    return sync_directory_of(target);
  }
  const int cause = errno;
  ::unlink(beside.c_str());
  errno = cause;
  return false;
}

/// False with errno set, also if the file is not there.
bool overwrite(const std::filesystem::path& target, std::string_view text) {
  const Descriptor file(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
  return file.number() >= 0 && ::fchmod(file.number(), S_IRUSR | S_IWUSR) == 0 &&
         ::ftruncate(file.number(), 0) == 0 && write_all(file.number(), text);
}

}  // namespace

std::filesystem::path config_file_path() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* user = ::getpwuid(::getuid());
    home = user == nullptr ? nullptr : user->pw_dir;
  }
  if (home == nullptr) throw UsageError("there is no home directory: set HOME");
  return std::filesystem::path(home) / ".dropcowboyrc";
}

AccountSettings read_config_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  require_file(path);
  require_private(path);
  const std::string text = read_text(path.string());
  const auto object = ordered_json::parse(text, nullptr, false);
  if (!object.is_object()) corrupt(path, "is not a JSON object");
  return {text_at(object, "teamId", path), text_at(object, "secret", path),
          text_at(object, "baseUrl", path)};
}

namespace {

void write_private(const std::filesystem::path& path, std::string_view text, Rename rename) {
  require_file(path);
  std::error_code not_there;  // a link to a file elsewhere stays one
  const auto target = std::filesystem::canonical(path, not_there);
  const auto& place = not_there ? path : target;
  if (replace(place, text, rename)) return;
  const int cause = errno;
  if (overwrite(place, text)) return;
  if (errno == ENOENT) errno = cause;  // it was to be made, and why that failed says more
  fail("cannot write", place);
}

}  // namespace

void write_private_file(const std::filesystem::path& path, const std::string& text) {
  write_private(path, text, &::rename);
}

void create_private_file(const std::filesystem::path& path, const std::string& text,
                         const std::string& why) {
  require_file(path);
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.number() < 0 && errno == EEXIST) {
    throw UsageError(path.string() + " is there already: " + why);
  }
  if (file.number() < 0) fail("cannot write", path);
  if (write_all(file.number(), text) && sync_directory_of(path)) return;
  const int cause = errno;
  ::unlink(path.c_str());
  errno = cause;
  fail("cannot write", path);
}

void require_writable(const std::filesystem::path& path) {
  require_file(path);
  std::string beside = path.string() + ".XXXXXX";
  const Descriptor file(::mkstemp(beside.data()));
  if (file.number() < 0) fail("cannot write beside", path);
  ::unlink(beside.c_str());
}

void write_config_file(const std::filesystem::path& path, const AccountSettings& settings,
                       Rename rename) {
  ordered_json object = ordered_json::object();
  if (settings.team_id) object["teamId"] = *settings.team_id;
  if (settings.secret) object["secret"] = *settings.secret;
  if (settings.base_url) object["baseUrl"] = *settings.base_url;
  write_private(path, object.dump(2) + '\n', rename);
}

void write_config_file(const std::filesystem::path& path, const AccountSettings& settings) {
  write_config_file(path, settings, &::rename);
}

}  // namespace dropcowboy::tool
