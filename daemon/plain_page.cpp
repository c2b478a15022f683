#include "daemon/plain_page.hpp"

#include <fmt/format.h>

namespace skranke::daemon {
namespace {

namespace json = boost::json;

constexpr int again_s = 20;       ///< how often the page asks for itself
constexpr std::int64_t soon_ahead = 2;

std::string safe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string text_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{std::string_view{value->as_string()}} : std::string{};
}

std::int64_t number_of(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

bool is(const json::object& from, std::string_view name) { return from.if_contains(name) != nullptr; }

/// "2026-11-28T09:05:00+01:00" as "09.05".
std::string clock_of(const json::object& from, std::string_view name) {
  std::string at = text_of(from, name);
  if (at.size() < 16) return {};
  at = at.substr(11, 5);
  at[2] = '.';
  return at;
}

std::string head(const PlainPage& page, std::string_view title, bool again) {
  std::string out = fmt::format("<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\n", safe(page.language),
                                page.catalogue.format(page.language, "meta.dir"), safe(title));
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\n";
  if (again) out += fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", again_s);
  if (!page.stylesheet.empty()) out += fmt::format("<link rel=\"stylesheet\" href=\"{}\">\n", page.stylesheet);
  return out + "</head><body><div class=\"phone\">";
}

/// The heading's key, as the page with a script chooses it.
std::string_view phase_of(const json::object& visit) {
  const std::string state = text_of(visit, "state");
  if (state == "called") return "called";
  if (state == "serving") return "serving";
  if (state == "parked") return "parked";
  if (state == "no_show") return "missed";
  if (state == "done") return "over";
  if (state == "left") return "left";
  return number_of(visit, "ahead") <= soon_ahead ? "soon" : "in_queue";
}

/// One button that does one thing; the address of the form is the page's own.
std::string button(std::string_view what, std::string_view words, bool first = false) {
  return fmt::format("<form method=\"post\" action=\"?plain=1\" class=\"actions\"><button type=\"submit\" name=\"do\" value=\"{}\"{}>{}</button></form>\n", what,
                     first ? " class=\"primary\"" : "", safe(words));
}

std::string wishes(const PlainPage& page, const json::object& visit, std::string_view phase) {
  const auto say = [&](std::string_view key) { return page.catalogue.format(page.language, key); };
  std::string out;
  if (phase == "parked" || phase == "missed") out += fmt::format("<p>{}</p>", safe(say(fmt::format("ui.phone.{}_text", phase)))) + button("return", say("ui.phone.return"), true);
  if (const json::value* more = visit.if_contains("more_time"); more != nullptr && more->is_object()) {
    out += button("more-time", page.catalogue.format(page.language, "ui.phone.more_time", {{"n", number_of(more->as_object(), "minutes")}}));
    out += fmt::format("<p class=\"why\">{}</p>\n", safe(page.catalogue.format(page.language, "ui.phone.more_time_why", {{"n", number_of(more->as_object(), "left")}})));
  }
  if (phase != "in_queue" && phase != "soon" && phase != "parked") return out;
  if (!page.leaving) return out + fmt::format("<p><a href=\"?plain=1&amp;leave=1\">{}</a></p>\n", safe(say("ui.phone.leave")));
  out += fmt::format("<h2>{}</h2><p>{}</p>", safe(say("ui.phone.leave_ask")), safe(say("ui.phone.leave_text")));
  out += fmt::format("<p><a href=\"?plain=1\">{}</a></p>\n", safe(say("ui.phone.stay")));
  return out + button("leave", say("ui.phone.leave_yes"));
}

std::string when(const PlainPage& page, const json::object& visit) {
  if (!is(visit, "expected_from")) return {};
  return fmt::format("<dl class=\"facts\"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>\n", safe(page.catalogue.format(page.language, "ui.phone.turn")),
                     safe(page.catalogue.format(page.language, "ui.phone.between", {{"from", clock_of(visit, "expected_from")}, {"to", clock_of(visit, "expected_to")}})),
                     safe(page.catalogue.format(page.language, "ui.phone.ahead")),
                     safe(page.catalogue.format(page.language, "ui.phone.people", {{"n", number_of(visit, "ahead")}})));
}

}  // namespace

std::string plain_visit(const PlainPage& page, const json::object& visit) {
  const std::string_view phase = phase_of(visit);
  const bool over = phase == "over" || phase == "left";
  const auto say = [&](std::string_view key) {
    return page.catalogue.format(page.language, key, {{"service", text_of(visit, "service_name")}, {"desk", text_of(visit, "desk_name")}, {"time", clock_of(visit, "parked_until")}});
  };
  // Whoever is being asked something must have time to read it.
  std::string out = head(page, text_of(visit, "number"), !over && !page.leaving);
  out += fmt::format("<header><p>{}</p></header><main>\n", safe(text_of(visit, "site")));
  if (is(visit, "evacuation")) out += fmt::format("<p class=\"evacuation\">{} {}</p>\n", safe(say("ui.phone.evacuation")), safe(say("ui.phone.evacuation_text")));
  if (!page.trouble.empty()) out += fmt::format("<p class=\"problem\" role=\"alert\">{}</p>\n", safe(page.trouble));
  out += fmt::format("<h1>{}</h1><p class=\"n\">{}</p>\n", safe(say(fmt::format("ui.phone.{}", phase))), safe(text_of(visit, "number")));
  if (phase == "called") out += fmt::format("<p class=\"go\">{}</p>\n", safe(text_of(visit, "desk_name")));
  if (phase == "parked") out += fmt::format("<p>{}</p>\n", safe(say("ui.phone.parked_until")));
  out += when(page, visit);
  if (over) out += fmt::format("<p>{}</p>\n", safe(say("ui.phone.over_text")));
  out += wishes(page, visit, phase);
  if (!over) out += fmt::format("<p><a href=\"?plain=1\">{}</a></p>\n", safe(page.catalogue.format(page.language, "ui.phone.refresh", {{"time", clock_of(visit, "at")}})));
  return out + "</main></div></body></html>\n";
}

std::string plain_message(const PlainPage& page, std::string_view heading, std::string_view text) {
  const std::string title = page.catalogue.format(page.language, heading);
  return head(page, title, false) + fmt::format("<main><h1>{}</h1><p>{}</p></main></div></body></html>\n", safe(title), safe(page.catalogue.format(page.language, text)));
}

}  // namespace skranke::daemon
