// An e-mail as bytes: headers in any script, lines of bounded length, and the calendar file in both of its places.
#include "daemon/messages/letter.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "daemon/messages/gateway_channel.hpp"

namespace skranke::daemon {
namespace {

Parcel parcel(std::string title, std::string text, std::string calendar = {}) {
  return {"k7p2xw4m-booked-1", "somebody@example.org", std::move(title), std::move(text), std::move(calendar), {}, "da",
          std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + std::chrono::hours{8}};
}

TEST(Letter, HasTheHeadersThatEveryServerWants) {
  const std::string text = letter(parcel("Din tid", "Hej"), {"Borgerservice", "no-reply@example.org"});
  for (const char* line : {"Date: Sat, 28 Nov 2026 08:00:00 +0000\r\n", "From: \"Borgerservice\" <no-reply@example.org>\r\n", "To: <somebody@example.org>\r\n", "Subject: Din tid\r\n",
                           "Message-ID: <k7p2xw4m-booked-1@example.org>\r\n", "Auto-Submitted: auto-generated\r\n", "MIME-Version: 1.0\r\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
  EXPECT_EQ(text.find("multipart"), std::string::npos) << "a text alone is no bundle";
}

TEST(Letter, NoLineIsLongerThanServersTakeAndNoneHoldsASingleDot) {
  std::string body;
  for (int line = 0; line < 200; ++line) body += "æøå ليس . \n.\n";
  std::istringstream lines{letter(parcel(std::string(300, 'x') + "\xC3\xA6", body, "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"), {{}, "a@b"})};
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 79U) << line;
    EXPECT_TRUE(line.ends_with('\r')) << line;
    EXPECT_NE(line, ".\r");
  }
}

TEST(Letter, AHeaderTextIsCutBetweenCharactersAndNeverBreaksOut) {
  EXPECT_EQ(header_text("Din tid"), "Din tid");
  EXPECT_EQ(header_text("Møde"), "=?UTF-8?B?TcO4ZGU=?=");
  const std::string injected = header_text("x\r\nBcc: other@example.org");
  EXPECT_EQ(injected.find("Bcc"), std::string::npos);
  const std::string many = header_text("ж" + std::string(44, 'x') + "жжжж");
  for (std::size_t at = many.find("=?UTF-8?B?"); at != std::string::npos; at = many.find("=?UTF-8?B?", at + 1)) {
    const std::string word = many.substr(at + 10, many.find("?=", at) - at - 10);
    EXPECT_EQ(word.size() % 4, 0U) << "every word is whole by itself";
    EXPECT_LE(word.size() + 12, 75U);
  }
}

TEST(Letter, TheMethodStandsWhereMailProgramsLook) {
  const std::string text = letter(parcel("t", "x", "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"), {{}, "a@b"});
  EXPECT_NE(text.find("text/calendar; charset=utf-8; method=CANCEL\r\n"), std::string::npos);
  EXPECT_NE(text.find("Content-Disposition: attachment; filename=\"booking.ics\"\r\n"), std::string::npos);
}

TEST(Letter, AnAddressIsOneOrIsNotUsed) {
  for (const char* good : {"a@b", "first.last+x@example.org"}) EXPECT_TRUE(is_mail_address(good)) << good;
  for (const char* bad : {"", "@", "a@", "@b", "a b@c", "a@b@c", "a@b>\r\nRCPT TO:<c@d", "a@b,c@d", "<a@b>", "\xC3\xA6@b"}) EXPECT_FALSE(is_mail_address(bad)) << bad;
  EXPECT_EQ(mailbox_from("Borger service <a@b>").name, "Borger service");
  EXPECT_EQ(mailbox_from("a@b").address, "a@b");
  EXPECT_EQ(mailbox_from("nobody <>").address, "");
}

TEST(Gateway, WhatIsFilledInCannotLeaveItsPlace) {
  Parcel message = parcel("", "Kl. 9 \"her\"\n{to} & æ=1");
  message.to = "+4500112233";
  EXPECT_EQ(filled(R"({"to":"{to}","text":"{text}","n":{digits}})", message, config::BodyType::json),
            R"({"to":"+4500112233","text":"Kl. 9 \"her\"\n{to} & æ=1","n":4500112233})");
  EXPECT_EQ(filled("to={to}&text={text}&id={id}", message, config::BodyType::form),
            "to=%2B4500112233&text=Kl.%209%20%22her%22%0A%7Bto%7D%20%26%20%C3%A6%3D1&id=k7p2xw4m-booked-1");
  EXPECT_EQ(filled("{unknown} {", message, config::BodyType::form), "{unknown} {");
}

}  // namespace
}  // namespace skranke::daemon
