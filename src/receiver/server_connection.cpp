#include "receiver/server_connection.hpp"

#include <string>
#include <string_view>

namespace dropcowboy::receiver {

namespace {

std::string_view phrase_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

}  // namespace

void ServerConnection::respond(const Reception& reception, bool keeps_alive) {
  output_ += "HTTP/1.1 " + std::to_string(reception.status) + ' ';
  output_ += phrase_of(reception.status);
  output_ += "\r\nContent-Type: text/plain\r\nContent-Length: ";
  output_ += std::to_string(reception.body.size());
  if (reception.status == 405) output_ += "\r\nAllow: POST";
  if (!keeps_alive) output_ += "\r\nConnection: close";
  output_ += "\r\n\r\n";
  if (reader_.request().method != "HEAD") output_ += reception.body;
}

}  // namespace dropcowboy::receiver
