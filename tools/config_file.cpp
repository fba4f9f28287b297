#include "config_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
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

void warn_if_others_can_read(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  if ((status.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    say_warning("others can read the secret in " + path.string() + "; run: chmod 600 " +
                path.string());
  }
}

std::optional<std::string> text_at(const ordered_json& object, const char* key,
                                   const std::filesystem::path& path) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) corrupt(path, std::string("holds a ") + key + " that is not a string");
  return found->get<std::string>();
}

/// A file that deletes itself, unless it takes the place of another.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& beside) : path_(beside.string() + ".XXXXXX") {
    descriptor_ = ::mkstemp(path_.data());  // with mode 0600
    if (descriptor_ < 0) fail("cannot write beside", beside);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(descriptor_, text.data(), text.size());
      if (count < 0) fail("cannot write", path_);
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(descriptor_) != 0) fail("cannot write", path_);
  }

  void replace(const std::filesystem::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) fail("cannot replace", target);
    path_.clear();
  }

 private:
  std::string path_;
  int descriptor_ = -1;
};

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
  const std::string text = read_text(path.string());
  warn_if_others_can_read(path);
  const auto object = ordered_json::parse(text, nullptr, false);
  if (!object.is_object()) corrupt(path, "is not a JSON object");
  return {text_at(object, "teamId", path), text_at(object, "secret", path),
          text_at(object, "baseUrl", path)};
}

void write_config_file(const std::filesystem::path& path, const AccountSettings& settings) {
  ordered_json object = ordered_json::object();
  if (settings.team_id) object["teamId"] = *settings.team_id;
  if (settings.secret) object["secret"] = *settings.secret;
  if (settings.base_url) object["baseUrl"] = *settings.base_url;

  std::error_code not_there;  // a link to a file elsewhere stays one
  const auto target = std::filesystem::canonical(path, not_there);
  const auto& place = not_there ? path : target;
  NewFile file(place);
  file.write(object.dump(2) + '\n');
  file.replace(place);
}

}  // namespace dropcowboy::tool
