#include "printer/sample_tickets.hpp"

#include <algorithm>

namespace skranke::printer {

namespace {

constexpr const char* address = "http://koe.nordhavn.example/t/7QK2M9XWPA4D";

std::vector<TicketText> samples() {
  return {
      {.site = "Borgerservice Nordhavn",
       .your_number = "Dit nummer",
       .number = "A 47",
       .service = "Pas og kørekort",
       .wait_label = "Forventet ventetid",
       .wait = "20–30 min",
       .ahead = "3 foran dig",
       .where = "Tag plads i hallen. Hold øje med tavlen.",
       .taken_at = "22. november 2026 kl. 10.24",
       .follow = "Følg din plads i køen på telefonen",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = false,
       .language = "da"},
      {.site = "Borgerservice Nordhavn",
       .your_number = "Your number",
       .number = "A 47",
       .service = "Passport and driving licence",
       .wait_label = "Expected wait",
       .wait = "20–30 min",
       .ahead = "3 ahead of you",
       .where = "Take a seat in the hall. Watch the board.",
       .taken_at = "22 November 2026 at 10:24",
       .follow = "Follow your place in the queue on your phone",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = false,
       .language = "en"},
      {.site = "Borgerservice Nordhavn",
       .your_number = "رقمك",
       .number = "A 47",
       .service = "جواز السفر ورخصة القيادة",
       .wait_label = "وقت الانتظار المتوقع",
       .wait = "20–30 دقيقة",
       .ahead = "3 أشخاص قبلك",
       .where = "اجلس في القاعة وتابع الشاشة.",
       .taken_at = "22 نوفمبر 2026، الساعة 10:24",
       .follow = "تابع مكانك في الطابور على هاتفك",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = true,
       .language = "ar"},
      {.site = "Borgerservice Nordhavn",
       .your_number = "Ваш номер",
       .number = "A 47",
       .service = "Паспорт і посвідчення водія",
       .wait_label = "Очікуваний час",
       .wait = "20–30 хв",
       .ahead = "3 перед вами",
       .where = "Сідайте в залі. Стежте за табло.",
       .taken_at = "22 листопада 2026, 10:24",
       .follow = "Стежте за чергою на телефоні",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = false,
       .language = "uk"},
      {.site = "Borgerservice Nordhavn",
       .your_number = "ቁጽርኹም",
       .number = "A 47",
       .service = "ፓስፖርት",
       .wait_label = "ትጽበይዎ ግዜ",
       .wait = "20–30 ደቒቕ",
       .ahead = "3 ቅድሜኹም",
       .where = "ኣብ ኣዳራሽ ኮፍ በሉ። ነቲ ሰሌዳ ተኸታተሉ።",
       .taken_at = "22 ሕዳር 2026 10:24",
       .follow = "ቦታኹም ብስልኪ ተኸታተሉ",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = false,
       .language = "ti"},
      {.site = "Borgerservice Nordhavn",
       .your_number = "Lambarkaaga",
       .number = "A 47",
       .service = "Baasaboor",
       .wait_label = "Waqtiga la filayo",
       .wait = "20–30 daqiiqo",
       .ahead = "3 ayaa kaa horreeya",
       .where = "Fadhiiso hoolka. Fiiri shaashadda.",
       .taken_at = "22 Nofembar 2026 10:24",
       .follow = "Kala soco safka taleefankaaga",
       .url = address,
       .footer = "",
       .reprint = "",
       .right_to_left = false,
       .language = "so"},
  };
}

}  // namespace

std::optional<TicketText> sample_ticket(const std::string& language) {
  const auto all = samples();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const TicketText& text) { return text.language == language; });
  return found == all.end() ? std::nullopt : std::optional{*found};
}

std::vector<std::string> sample_languages() {
  std::vector<std::string> languages;
  for (const TicketText& text : samples()) languages.push_back(text.language);
  return languages;
}

}  // namespace skranke::printer
