#include "outbox_permissions.hpp"

#include <utility>

#include "time_argument.hpp"

namespace dropcowboy::tool {

namespace {

std::string first_of(const std::optional<std::string>& own,
                     const std::optional<std::string>& flag) {
  return own && !own->empty() ? *own : flag.value_or("");
}

}  // namespace

PlacedPermission permission_from(const std::string& phone_number, bool allowed,
                                 const PermissionFlags& flags, const PermissionFlags& own,
                                 const std::string& place) {
  const std::string where = place.empty() ? "" : place + ": ";
  PlacedPermission placed;
  placed.place = place;
  placed.permission.phone_number = phone_number;
  placed.permission.allowed = allowed;
  placed.permission.source = first_of(own.source, flags.source);
  placed.permission.proof = first_of(own.proof, flags.proof);
  if (placed.permission.source.empty()) {
    throw UsageError(where + "no source: say where this is known from, \"sign-up form\"");
  }
  const std::string at = first_of(own.at, flags.at);
  if (!at.empty()) placed.permission.at = moment_from(where + "the time of a word", at);
  if (allowed && at.empty()) {
    throw UsageError(where +
                     "no time: say when the person agreed (2026-05-01). A \"yes\" that counted "
                     "from today would outrank a \"no\" that came since");
  }
  return placed;
}

void refuse_to_outrank(const outbox::Outbox& box, const std::vector<PlacedPermission>& permissions,
                       const std::string& remedy) {
  constexpr std::size_t most = 10;
  std::size_t count = 0;
  std::string places;
  for (const PlacedPermission& placed : permissions) {
    const auto before = box.permission_of(placed.permission.phone_number).value();
    const bool outranks = placed.permission.allowed && before && !before->allowed &&
                          *placed.permission.at > *before->at;
    if (!outranks) continue;
    if (++count <= most) {
      places += "\n  " + (placed.place.empty() ? "a number of the command line" : placed.place) +
                ": a \"no\" was recorded for " + in_utc(*before->at);
    }
  }
  if (count == 0) return;
  throw UsageError(std::to_string(count) +
                   " people said \"no\" earlier than this \"yes\", which would outrank it: " +
                   remedy + "; nothing was recorded" + places);
}

void record(const outbox::Outbox& box, const std::vector<PlacedPermission>& all) {
  std::vector<outbox::Permission> permissions;
  permissions.reserve(all.size());
  for (const PlacedPermission& placed : all) permissions.push_back(placed.permission);
  box.permit(permissions).value();
}

}  // namespace dropcowboy::tool
