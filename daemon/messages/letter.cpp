#include "daemon/messages/letter.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

namespace skranke::daemon {
namespace {

constexpr std::size_t word_bytes = 42;   ///< of text in one encoded word: with its frame and "Subject: " within 78
constexpr std::size_t line_characters = 76;

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();   // its zero
  return out;
}

/// Base64 lets no server break a line, and no dot stand alone on one.
std::string body_part(std::string_view type, std::string_view text, std::string_view more = {}) {
  std::string out = fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\n{}\r\n", type, more);
  const std::string all = base64(text);
  for (std::size_t at = 0; at < all.size(); at += line_characters) out.append(all, at, line_characters).append("\r\n");
  return out;
}

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; }) && text.find("=?") == std::string_view::npos;
}

std::string with_line_ends(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

/// The method that stands in the file itself: mail programs go by the one in the header.
std::string method_of(std::string_view calendar) {
  const std::size_t at = calendar.find("METHOD:");
  if (at == std::string_view::npos) return "PUBLISH";
  return std::string{calendar.substr(at + 7, calendar.find_first_of("\r\n", at) - at - 7)};
}

std::string quoted_name(std::string_view name) {
  if (!plain(name)) return header_text(name);
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string header_text(std::string_view text) {
  if (plain(text) && text.size() <= 60) return std::string{text};
  std::string out;
  while (!text.empty()) {
    std::size_t cut = std::min(word_bytes, text.size());
    while (cut > 1 && cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;   // never within a character
    out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : "\r\n ", base64(text.substr(0, cut)));
    text.remove_prefix(cut);
  }
  return out;
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.find('@', at + 1) != std::string_view::npos || text.size() > 254) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && std::string_view{"<>()[]\\,;:\""}.find(c) == std::string_view::npos; });
}

Mailbox mailbox_from(std::string_view written) {
  Mailbox box;
  const std::size_t open = written.rfind('<');
  if (open == std::string_view::npos || !written.ends_with('>')) {
    box.address = written;
  } else {
    box.name = written.substr(0, open);
    box.name.erase(box.name.find_last_not_of(' ') + 1);
    box.address = written.substr(open + 1, written.size() - open - 2);
  }
  if (!is_mail_address(box.address)) box.address.clear();
  return box;
}

std::string letter(const Parcel& parcel, const Mailbox& from) {
  const std::string host = from.address.substr(from.address.find('@') + 1), border = "=_" + parcel.id;
  std::string out = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n", parcel.at);
  out += fmt::format("From: {}<{}>\r\nTo: <{}>\r\n", from.name.empty() ? "" : quoted_name(from.name) + " ", from.address, parcel.to);
  out += fmt::format("Subject: {}\r\nMessage-ID: <{}@{}>\r\n", header_text(parcel.title), parcel.id, host);
  // Nobody's holiday notice answers a machine (RFC 3834).
  out += fmt::format("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nContent-Language: {}\r\nMIME-Version: 1.0\r\n", parcel.language);
  const std::string text = body_part("text/plain; charset=utf-8", with_line_ends(parcel.text));
  if (parcel.calendar.empty()) return out + text;
  const std::string method = method_of(parcel.calendar);
  out += fmt::format("Content-Type: multipart/mixed; boundary=\"{0}\"\r\n\r\n--{0}\r\nContent-Type: multipart/alternative; boundary=\"{0}a\"\r\n\r\n", border);
  out += fmt::format("--{0}a\r\n{1}--{0}a\r\n{2}--{0}a--\r\n", border, text,
                     body_part(fmt::format("text/calendar; charset=utf-8; method={}", method), parcel.calendar));
  // The same once more as a file: some programs show only what is attached.
  out += fmt::format("--{0}\r\n{1}--{0}--\r\n", border,
                     body_part(fmt::format("application/ics; name=\"booking.ics\"", method), parcel.calendar, "Content-Disposition: attachment; filename=\"booking.ics\"\r\n"));
  return out;
}

}  // namespace skranke::daemon
