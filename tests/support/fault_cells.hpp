#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "support/client_over_sockets.hpp"
#include "support/faults.hpp"

// Every way in which one message can meet one fault.

namespace dropcowboy::support {

enum class Connection { fresh, reused };
enum class Way { send, send_async };

struct Cell {
  Fault fault;
  Scheme scheme;
  Connection connection;
  Way way = Way::send;
};

inline std::string name_of(const Cell& cell) {
  return cell.fault.name + (cell.scheme == Scheme::http ? "_http" : "_https") +
         (cell.connection == Connection::fresh ? "_fresh" : "_reused") +
         (cell.way == Way::send ? "" : "_async");
}

inline std::ostream& operator<<(std::ostream& out, const Cell& cell) {
  return out << name_of(cell);
}

inline std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const Fault& fault : faults()) {
    for (const Scheme scheme : {Scheme::http, Scheme::https}) {
      if (fault.needs_tls && scheme == Scheme::http) continue;
      for (const Connection connection : {Connection::fresh, Connection::reused}) {
        for (const Way way : {Way::send, Way::send_async}) {
          all.push_back({fault, scheme, connection, way});
        }
      }
    }
  }
  return all;
}

}  // namespace dropcowboy::support
