// Makes a contact list, fills it, looks at it, renames it, and removes it again.
//
//   export DROPCOWBOY_TEAM_ID=... DROPCOWBOY_SECRET=...   (API Setting tab)
//   fill_contact_list [name]
#include <dropcowboy/dropcowboy.hpp>
#include <exception>
#include <iostream>

namespace {

/// What a program has to tell a person after it has appended rows.
void show(const dropcowboy::AppendReport& report) {
  std::cout << report.accepted_count << " contacts added\n";
  for (const auto& row : report.rejected) {
    std::cout << "row " << row.index << " was rejected: " << row.reason << '\n';
  }
  if (report.ok()) return;
  std::cerr << *report.error << '\n';
  if (!report.unknown.empty()) {
    std::cerr << report.unknown.count << " rows from row " << report.unknown.first
              << " on may be in the list: look before you append them again\n";
  }
  std::cerr << report.not_added.count << " rows from row " << report.not_added.first
            << " on are not in the list\n";
}

}  // namespace

int main(int argc, char** argv) try {
  const dropcowboy::Client client(dropcowboy::ClientOptions::from_environment().value());

  const auto list = client.create_contact_list(argc > 1 ? argv[1] : "Spring customers").value();
  std::cout << "made " << list.list_name << '\n';

  dropcowboy::ContactRows rows;
  rows.fields = {"first_name", "phone", "postal"};
  rows.values = {
      {"Ann", "+15550010001", "02101"}, {"Bob", "555-001-0004", "90210"}, {"Cy", "12", "K1A 0B1"}};
  rows.region = "US";  // some numbers are not in E.164 form

  dropcowboy::AppendOptions options;
  options.on_progress = [](const dropcowboy::AppendProgress& now) {
    std::cout << now.rows_done << " of " << now.rows_total << " rows done\n";
  };
  show(client.append_contacts(list.list_id, rows, options));

  client.rename_contact_list(list.list_id, "Old customers").value();
  const auto renamed = client.get_contact_list(list.list_id).value();
  std::cout << renamed.list_name << " has " << renamed.contact_count.value_or(0) << " contacts\n";

  client.delete_contact_list(list.list_id).value();
  std::cout << "removed\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
