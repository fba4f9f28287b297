#pragma once

#include <string_view>

#include "delivery/pipeline.hpp"
#include "dropcowboy/contact_list.hpp"

namespace dropcowboy {

// The calls behind Client's members of the same names. They throw nothing but std::bad_alloc.

Result<ContactList> create_contact_list(const delivery::Pipeline& pipeline,
                                        std::string_view list_name, const CallOptions& options);
Result<ContactList> get_contact_list(const delivery::Pipeline& pipeline, std::string_view list_id,
                                     const CallOptions& options);
Result<void> rename_contact_list(const delivery::Pipeline& pipeline, std::string_view list_id,
                                 std::string_view list_name, const CallOptions& options);
Result<void> delete_contact_list(const delivery::Pipeline& pipeline, std::string_view list_id,
                                 const CallOptions& options);
AppendReport append_contacts(const delivery::Pipeline& pipeline, std::string_view list_id,
                             const ContactRows& rows, const AppendOptions& options);

}  // namespace dropcowboy
