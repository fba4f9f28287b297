#include "config_file.hpp"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "console.hpp"
#include "exit_code.hpp"
#include "input.hpp"
#include "system.hpp"

namespace dropcowboy::tool {

namespace {

using nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path) {
  throw UsageError(what + ' ' + name_of(path) + ": " + std::strerror(errno));
}

[[noreturn]] void corrupt(const std::filesystem::path& path, const std::string& what) {
  throw UsageError(name_of(path) + ' ' + what +
                   "; mend it, or delete it and run 'dropcowboy config'");
}

/// Docker makes a directory where the file to be mounted is missing.
void require_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return;
  throw UsageError(
      name_of(path) +
      " is a directory, and should be a file: name another one, or remove it (docker makes "
      "one where the file to mount is missing)");
}

void require_private(const std::filesystem::path& path) {
  const std::string remedy = "; run: " + command_for_privacy(path);
  switch (others_may(path)) {
    case OthersMay::nothing: return;
    case OthersMay::read:
      return say_warning("others can read the secret in " + name_of(path) + remedy);
    case OthersMay::write: break;
  }
  throw UsageError("others can write " + name_of(path) +
                   ", and so send your secret to a place of their own: look what it says" + remedy);
}

std::optional<std::string> text_at(const ordered_json& object, const char* key,
                                   const std::filesystem::path& path) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) corrupt(path, std::string("holds a ") + key + " that is not a string");
  return found->get<std::string>();
}

/// By a new file that takes the old one's place. False with errno set; the old one is then as it
/// was.
bool replace(const std::filesystem::path& target, std::string_view text, Rename rename) {
  const std::filesystem::path beside = write_beside(target, text);
  if (beside.empty()) return false;
  if (rename(name_of(beside).c_str(), name_of(target).c_str()) == 0) return sync_name_of(target);
  const int cause = errno;
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  errno = cause;
  return false;
}

}  // namespace

std::filesystem::path config_file_path() {
  const std::filesystem::path home = home_directory();
  if (home.empty()) {
    throw UsageError("there is no home directory: " + std::string(how_to_set_home()));
  }
  return home / ".dropcowboyrc";
}

AccountSettings read_config_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  require_file(path);
  require_private(path);
  const std::string text = read_text(name_of(path));
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
  if (write_into(place, text)) return;
  if (errno == ENOENT) errno = cause;  // it was to be made, and why that failed says more
  fail("cannot write", place);
}

}  // namespace

void write_private_file(const std::filesystem::path& path, const std::string& text) {
  write_private(path, text, &move_over);
}

void create_private_file(const std::filesystem::path& path, const std::string& text,
                         const std::string& why) {
  require_file(path);
  const std::filesystem::path beside = write_beside(path, text);
  if (beside.empty()) fail("cannot write beside", path);
  std::error_code failed;
  std::filesystem::create_hard_link(beside, path, failed);  // which never replaces a file
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  if (failed == std::errc::file_exists) {
    throw UsageError(name_of(path) + " is there already: " + why);
  }
  if (failed) throw UsageError("cannot write " + name_of(path) + ": " + failed.message());
  if (!sync_name_of(path)) fail("cannot write", path);
}

void require_writable(const std::filesystem::path& path) {
  require_file(path);
  const std::filesystem::path beside = write_beside(path, "");
  if (beside.empty()) fail("cannot write beside", path);
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
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
  write_config_file(path, settings, &move_over);
}

}  // namespace dropcowboy::tool
