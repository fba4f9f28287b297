#include "dropcowboy/account.hpp"

namespace dropcowboy {

std::vector<std::string> AccountCheck::usable_brand_ids() const {
  std::vector<std::string> ids;
  for (const Brand& brand : brands) {
    const bool is_usable = brand.registered == true && brand.api_allowed == true;
    if (is_usable && !brand.brand_id.empty()) ids.push_back(brand.brand_id);
  }
  return ids;
}

}  // namespace dropcowboy
