#include <array>

#include "wire/clock_words.hpp"
#include "wire/document.hpp"
#include "wire/facility_booking.hpp"
#include "wire/facility_file.hpp"
#include "wire/facility_rules.hpp"
#include "wire/facility_sound.hpp"
#include "wire/facility_texts.hpp"

namespace skranke::wire {
namespace {

using Kind = Node::Kind;

Node text_node(std::string_view text) {
  Node node;
  node.kind = Kind::text;
  node.text = text;
  return node;
}

/// A table in the making. What is empty is left out: the reader's default for it is the same.
class TableBuilder {
 public:
  TableBuilder() { table_.kind = Kind::table; }
  TableBuilder& put(std::string_view key, Node node) {
    node.key = key;
    table_.items.push_back(std::move(node));
    return *this;
  }
  TableBuilder& text(std::string_view key, std::string_view text) {
    return text.empty() ? *this : put(key, text_node(text));
  }
  TableBuilder& integer(std::string_view key, std::int64_t number) {
    Node node;
    node.kind = Kind::integer;
    node.integer = number;
    return put(key, std::move(node));
  }
  TableBuilder& quota(std::string_view key, const std::optional<int>& number) {
    return number ? integer(key, *number) : *this;
  }
  TableBuilder& number(std::string_view key, double number) {
    Node node;
    node.kind = Kind::real;
    node.real = number;
    return put(key, std::move(node));
  }
  TableBuilder& flag(std::string_view key, bool value) {
    Node node;
    node.kind = Kind::boolean;
    node.boolean = value;
    return put(key, std::move(node));
  }
  TableBuilder& texts(std::string_view key, const std::vector<std::string>& values, bool even_empty = false) {
    Node list;
    list.kind = Kind::list;
    for (const std::string& value : values) list.items.push_back(text_node(value));
    return values.empty() && !even_empty ? *this : put(key, std::move(list));
  }
  template <class IdType>
  TableBuilder& ids(std::string_view key, const std::vector<IdType>& values) {
    std::vector<std::string> words;
    for (const IdType& id : values) words.push_back(id.str());
    return texts(key, words);
  }
  TableBuilder& words(std::string_view key, const core::Text& text) {
    Node table;
    table.kind = Kind::table;
    for (const auto& [language, sentence] : text.by_language) {
      table.items.push_back(text_node(sentence));
      table.items.back().key = language;
    }
    return text.empty() ? *this : put(key, std::move(table));
  }
  template <class Things, class Write>
  TableBuilder& each(std::string_view key, const Things& things, Write write) {
    Node list;
    list.kind = Kind::list;
    for (const auto& thing : things) list.items.push_back(write(thing));
    return things.empty() ? *this : put(key, std::move(list));
  }
  [[nodiscard]] Node take() { return std::move(table_); }

 private:
  Node table_;
};

std::string_view mode_word(core::Mode mode) {
  switch (mode) {
    case core::Mode::walk_in: return "walk_in";
    case core::Mode::mixed: return "mixed";
    case core::Mode::booking: return "booking";
  }
  return "walk_in";
}

std::vector<std::string> extra_holiday_words(const core::HolidayRules& rules) {
  const std::array<bool, 4> kept{rules.labour_day, rules.constitution_day, rules.christmas_eve, rules.new_years_eve};
  std::vector<std::string> words;
  for (std::size_t index = 0; index < kept.size(); ++index)
    if (kept[index]) words.emplace_back(extra_holidays[index]);
  return words;
}

Node write_mode_on(const core::Service& service) {
  TableBuilder table;
  for (unsigned day = 0; day < 7; ++day)
    if (service.mode_on[day]) table.text(weekday_words(static_cast<std::uint8_t>(1U << day)).front(), mode_word(*service.mode_on[day]));
  return table.take();
}

Node write_site(const core::Site& site) {
  TableBuilder table;
  table.text("id", site.id)
      .text("name", site.name)
      .text("time_zone", site.time_zone)
      .texts("languages", site.languages);
  table.text("business_day_starts", clock_text(site.business_day_starts)).text("public_url", site.public_url);
  table.text("holidays", site.holidays.danish ? "dk" : "").texts("holidays_also", extra_holiday_words(site.holidays));
  return table.words("ticket_footer", site.ticket_footer).words("where", site.where).take();
}

Node write_authority(const core::Authority& authority) {
  std::vector<std::string> present;
  for (const core::WeeklySpan& span : authority.present) present.push_back(weekly_span_text(span));
  TableBuilder table;
  table.text("id", authority.id.str()).words("name", authority.name).texts("present", present);
  return table.quota("weekly_quota", authority.weekly_quota)
      .quota("daily_quota", authority.daily_quota)
      .words("address", authority.address)
      .take();
}

Node write_service(const core::Service& service) {
  TableBuilder table;
  table.text("id", service.id.str()).words("name", service.name).text("authority", service.authority.str());
  table.text("letter", {&service.letter, 1})
      .integer("expected_minutes", service.expected.count())
      .text("mode", mode_word(service.mode));
  table.ids("after", service.after).integer("slot_minutes", service.slot.count()).text("enrolment", service.enrolment).words("message_name", service.message_name);
  if (service.mode_on != decltype(service.mode_on){}) table.put("mode_on", write_mode_on(service));
  if (service.from) table.text("from", core::to_string(*service.from));
  if (service.until) table.text("until", core::to_string(*service.until));
  if (service.booked_target) table.integer("booked_target_minutes", service.booked_target->count());
  if (service.walk_in_target) table.integer("walk_in_target_minutes", service.walk_in_target->count());
  if (service.alarm_wait) table.integer("alarm_wait_minutes", service.alarm_wait->count());
  for (const auto& [key, value] : service_booking_keys(service)) table.integer(key, value);
  if (!service.contact_centre) table.flag("contact_centre", false);
  if (service.telephone) table.flag("telephone", true);
  table.words("self_service", service.self_service);
  return table.quota("daily_quota", service.daily_quota)
      .integer("queue_max", service.queue_max)
      .integer("target_wait_minutes", service.target_wait.count())
      .integer("extra_person_minutes", service.extra_person.count())
      .text("skill", service.skill)
      .take();
}

Node write_opening(const core::WeeklySpan& span) {
  return TableBuilder{}
      .texts("days", weekday_words(span.days))
      .text("from", clock_text(span.from))
      .text("to", clock_text(span.to))
      .take();
}

Node write_closure(const core::Closure& closure) {
  TableBuilder table;
  table.text("date", core::to_string(closure.date));
  if (closure.open) table.text("from", clock_text(closure.open->first)).text("to", clock_text(closure.open->second));
  return table.words("reason", closure.reason).take();
}

Node write_desk(const core::Desk& desk) {
  return TableBuilder{}
      .text("id", desk.id.str())
      .words("name", desk.name)
      .text("zone", desk.zone)
      .ids("services", desk.services)
      .texts("languages", desk.languages)
      .texts("skills", desk.skills)
      .texts("pools", desk.pools)
      .text("arrow", word(desk.arrow))
      .each("hours", desk.hours, write_opening)
      .each("breaks", desk.breaks, write_opening)
      .take();
}

Node write_board(const core::Board& board) {
  TableBuilder table;
  table.text("id", board.id.str())
      .words("name", board.name)
      .texts("zones", board.zones)
      .texts("languages", board.languages);
  table.number("screen_inches", board.screen_inches)
      .number("farthest_m", board.farthest_m)
      .integer("chime_volume", board.chime_volume);
  table.each("notice", board.notices, [](const core::Notice& notice) {
    return TableBuilder{}.words("title", notice.title).words("text", notice.text).take();
  });
  if (board.speaker) table.flag("speaker", *board.speaker);
  if (board.night_after != core::Board{}.night_after) table.integer("night_after_minutes", board.night_after.count());
  TableBuilder arrows;
  for (const auto& [desk, arrow] : board.arrows) arrows.text(desk.str(), word(arrow));
  if (!board.arrows.empty()) table.put("arrows", arrows.take());
  return table.take();
}

Node write_speaker(const core::Speaker& speaker) {
  return TableBuilder{}.text("id", speaker.id).words("name", speaker.name).texts("zones", speaker.zones).integer("volume", speaker.volume).take();
}

Node write_sound(const core::SoundRules& sound) {
  std::vector<std::string> quiet;
  for (const core::DaySpan& span : sound.quiet) quiet.push_back(day_span_text(span));
  TableBuilder table;
  table.flag("speech", sound.speech).flag("second_language", sound.second_language).integer("times", sound.times).texts("quiet", quiet);
  return table
      .each("volume", sound.volume, [](const core::VolumeSpan& span) {
        return TableBuilder{}.text("from", clock_text(span.when.from)).text("to", clock_text(span.when.to)).integer("percent", span.percent).take();
      })
      .take();
}

Node write_kiosk(const core::Kiosk& kiosk) {
  TableBuilder table;
  table.text("id", kiosk.id.str())
      .words("name", kiosk.name)
      .ids("services", kiosk.services)
      .texts("languages", kiosk.languages);
  if (kiosk.night_after != core::Kiosk{}.night_after) table.integer("night_after_minutes", kiosk.night_after.count());
  return table.text("printer", kiosk.printer.str()).take();
}

Node write_printer(const core::PrinterConfig& printer) {
  TableBuilder table;
  table.text("id", printer.id.str())
      .words("name", printer.name)
      .text("kind", printer.kind)
      .text("queue", printer.queue)
      .text("device", printer.device);
  return table.flag("raw", printer.raw)
      .integer("width_mm", printer.width_mm)
      .flag("cut", printer.cut)
      .text("fallback", printer.fallback.str())
      .take();
}

Node write_priority(const core::Priority& priority) {
  return TableBuilder{}
      .text("id", priority.id.str())
      .words("name", priority.name)
      .integer("head_start_minutes", priority.head_start.count())
      .take();
}

Node write_break_reason(const core::BreakReason& reason) {
  return TableBuilder{}.text("id", reason.id).words("name", reason.name).take();
}

Node write_rules(const core::Rules& rules) {
  TableBuilder table;
  table.text("policy", rules.policy)
      .integer("booked_target_minutes", rules.booked_target.count())
      .integer("walk_in_target_minutes", rules.walk_in_target.count())
      .integer("recall_after_s", rules.recall_after.count())
      .integer("recalls_max", rules.recalls_max);
  table.integer("undo_within_s", rules.undo_within.count())
      .flag("call_named", rules.call_named)
      .integer("park_minutes", rules.park.count())
      .integer("more_time_minutes", rules.more_time.count())
      .integer("more_times_max", rules.more_times_max)
      .integer("page_hours", rules.page_hours);
  table.text("last_ticket", rules.last_ticket.by_work ? "by_work" : "closing");
  table.integer("overtime_minutes", rules.last_ticket.overtime.count());
  table.integer("last_ticket_notice_minutes", rules.last_ticket.notice.count()).flag("night_ends_visits", rules.night_ends_visits);
  static constexpr std::array<std::string_view, 3> returns{"keep", "end", "none"};
  table.integer("board_call_s", rules.board_call.count())
      .integer("callback_again_minutes", rules.callback_again.count())
      .integer("back_notice_s", rules.back_notice.count())
      .text("missed_return", returns[static_cast<std::size_t>(rules.missed_return)])
      .integer("missed_within_minutes", rules.missed_within.count());
  return table.integer("no_show_after_s", rules.no_show_after.count())
      .integer("prefer_minutes", rules.prefer.count())
      .integer("standby_hold_minutes", rules.standby_hold.count())
      .flag("language_must", rules.language_must)
      .take();
}

Node write_room(const core::RoomRules& room) {
  TableBuilder table;
  if (room.crowd_max > 0) table.integer("crowd_max", room.crowd_max);
  table.text("when_full", room.wait_outside ? "outside" : "refuse");
  return table
      .each("zone", room.zones, [](const core::RoomRules::ZoneLimit& limit) {
        return TableBuilder{}.text("id", limit.zone).integer("crowd_max", limit.crowd_max).take();
      })
      .take();
}

Node write_alarms(const core::AlarmRules& alarms) {
  TableBuilder table;
  table.integer("wait_minutes", alarms.wait.count()).integer("queue", alarms.queue).integer("called_minutes", alarms.called.count());
  table.integer("serving_minutes", alarms.serving.count()).integer("parked_minutes", alarms.parked.count());
  table.integer("leaving_minutes", alarms.leaving.count()).integer("closing_minutes", alarms.closing.count());
  return table.integer("break_minutes", alarms.desk_break.count()).flag("promise", alarms.promise).take();
}

Node write_equipment(const core::Equipment& equipment) {
  return TableBuilder{}.text("id", equipment.id.str()).ids("services", equipment.services).integer("count", equipment.count).take();
}

Node write_booking_rules(const core::BookingRules& rules) {
  TableBuilder table;
  for (const auto& [key, value] : booking_rule_keys(rules)) table.integer(key, value);
  return table.take();
}

Node write_ticket(const core::TicketLayout& layout) {
  std::vector<std::string> parts;
  for (const core::TicketPart part : layout.parts) parts.emplace_back(ticket_part_words.at(static_cast<std::size_t>(part)));
  return TableBuilder{}.texts("parts", parts).integer("number_percent", layout.number_percent).integer("text_percent", layout.text_percent).take();
}

Node write_texts(const core::OwnTexts& texts) {
  TableBuilder table;
  for (const auto& [language, sentences] : texts) {
    TableBuilder own;
    for (const auto& [key, pattern] : sentences) own.text(key, pattern);
    table.put(language, own.take());
  }
  return table.take();
}

Node write_document(const core::Facility& facility) {
  TableBuilder table;
  table.put("site", write_site(facility.site));
  table.each("authority", facility.authorities, write_authority).each("service", facility.services, write_service);
  table.each("opening", facility.opening, write_opening).each("closure", facility.closures, write_closure);
  table.each("desk", facility.desks, write_desk)
      .each("board", facility.boards, write_board)
      .each("kiosk", facility.kiosks, write_kiosk);
  table.each("printer", facility.printers, write_printer).each("priority", facility.priorities, write_priority);
  table.each("equipment", facility.equipment, write_equipment);
  if (facility.booking != core::BookingRules{}) table.put("booking", write_booking_rules(facility.booking));
  table.each("break_reason", facility.break_reasons, write_break_reason);
  table.put("rules", write_rules(facility.rules));
  if (!(facility.room == core::RoomRules{})) table.put("room", write_room(facility.room));
  if (!(facility.alarms == core::AlarmRules{})) table.put("alarms", write_alarms(facility.alarms));
  table.each("speaker", facility.speakers, write_speaker);
  if (!(facility.sound == core::SoundRules{})) table.put("sound", write_sound(facility.sound));
  if (!(facility.ticket == core::TicketLayout{})) table.put("ticket", write_ticket(facility.ticket));
  if (!facility.texts.empty()) table.put("texts", write_texts(facility.texts));
  return table.take();
}

}  // namespace

std::string write_facility_toml(const core::Facility& facility) { return write_toml(write_document(facility)); }
std::string write_facility_json(const core::Facility& facility) { return write_json(write_document(facility), false); }

}  // namespace skranke::wire
