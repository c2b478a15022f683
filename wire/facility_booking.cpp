#include "wire/facility_booking.hpp"

namespace skranke::wire {
namespace {

using core::Minutes;

int whole(TableReader& table, std::string_view key, int fallback, int min, int max) {
  return static_cast<int>(table.integer(key, min, max).value_or(fallback));
}

Minutes minutes(TableReader& table, std::string_view key, Minutes fallback, int min, int max) {
  return Minutes{table.integer(key, min, max).value_or(fallback.count())};
}

}  // namespace

void read_service_booking(TableReader& service, core::Service& into) {
  core::ServiceBooking& book = into.book;
  book.share_percent = whole(service, "book_share", book.share_percent, 0, 100);
  if (const auto places = service.integer("slots_per_day", 0, 5000)) book.slots_per_day = static_cast<int>(*places);
  book.acute_per_day = whole(service, "acute_per_day", book.acute_per_day, 0, 1000);
  book.horizon_days = whole(service, "horizon_days", book.horizon_days, 0, 400);
  book.lead = minutes(service, "lead_minutes", book.lead, 0, 20'160);
  book.release_from = std::chrono::hours{whole(service, "release_from_hour", 0, 0, 23)};
  book.release_to = std::chrono::hours{whole(service, "release_to_hour", static_cast<int>(book.release_from.count()), 1, 24)};
  book.release_days_before = whole(service, "release_days_before", book.release_days_before, 0, 30);
  if (book.release_from > book.release_to || (service.has("release_from_hour") && book.release_from == book.release_to))
    service.error("release_to_hour", "wrong_span", {"De tilbageholdte tider skal frigives i et tidsrum, der slutter, efter at det begynder.",
                                                    "The places kept back must be given out in a span of hours that ends after it begins."});
  book.overbook_percent = whole(service, "overbook_percent", book.overbook_percent, 0, 50);
  book.overbook_max = whole(service, "overbook_max", book.overbook_max, 0, 100);
  book.overbook_after = whole(service, "overbook_after", book.overbook_after, 10, 300);
  const bool walk_in_only = into.mode == core::Mode::walk_in;
  for (const std::string_view key : {"book_share", "slots_per_day", "acute_per_day", "horizon_days", "lead_minutes", "release_from_hour", "release_to_hour", "release_days_before",
                                     "overbook_percent", "overbook_max", "overbook_after"})
    if (walk_in_only && service.has(key))
      service.warning(key, "unused", {"Det virker ikke, så længe mode = \"walk_in\": til denne ydelse kan man ikke bestille tid.",
                                      "It has no effect while mode = \"walk_in\": no time can be booked for this service."});
}

void read_booking_rules(TableReader& table, core::BookingRules& rules) {
  rules.check_in_before = minutes(table, "check_in_before_minutes", rules.check_in_before, 0, 1440);
  rules.late = minutes(table, "late_minutes", rules.late, 0, 480);
  rules.hold = minutes(table, "hold_minutes", rules.hold, 1, 120);
  rules.per_contact_max = whole(table, "per_contact_max", rules.per_contact_max, 1, 100);
  rules.waiting_list_max = whole(table, "waiting_list_max", rules.waiting_list_max, 0, 5000);
  rules.offer = minutes(table, "offer_minutes", rules.offer, 5, 720);
  rules.awake_from = std::chrono::hours{whole(table, "awake_from_hour", static_cast<int>(rules.awake_from / std::chrono::hours{1}), 0, 23)};
  rules.awake_to = std::chrono::hours{whole(table, "awake_to_hour", static_cast<int>(rules.awake_to / std::chrono::hours{1}), 1, 24)};
  if (rules.awake_to <= rules.awake_from)
    table.error("awake_to_hour", "wrong_span", {"Den vågne tid slutter, før den begynder.", "The waking hours end before they begin."});
  rules.offer_notice = minutes(table, "offer_notice_minutes", rules.offer_notice, 0, 10'080);
  rules.offers_max = whole(table, "offers_max", rules.offers_max, 1, 20);
  table.done();
}

IntegerKeys service_booking_keys(const core::Service& service) {
  const core::ServiceBooking& book = service.book;
  const core::ServiceBooking usual;
  IntegerKeys keys;
  const auto add = [&](std::string_view key, std::int64_t value, std::int64_t as_usual) {
    if (value != as_usual) keys.emplace_back(key, value);
  };
  add("book_share", book.share_percent, usual.share_percent);
  if (book.slots_per_day) keys.emplace_back("slots_per_day", *book.slots_per_day);
  add("acute_per_day", book.acute_per_day, usual.acute_per_day);
  add("horizon_days", book.horizon_days, usual.horizon_days);
  add("lead_minutes", book.lead.count(), usual.lead.count());
  add("release_from_hour", book.release_from.count(), usual.release_from.count());
  add("release_to_hour", book.release_to.count(), usual.release_to.count());
  add("release_days_before", book.release_days_before, usual.release_days_before);
  add("overbook_percent", book.overbook_percent, usual.overbook_percent);
  add("overbook_max", book.overbook_max, usual.overbook_max);
  add("overbook_after", book.overbook_after, usual.overbook_after);
  return keys;
}

IntegerKeys booking_rule_keys(const core::BookingRules& rules) {
  return {{"check_in_before_minutes", rules.check_in_before.count()},
          {"late_minutes", rules.late.count()},
          {"hold_minutes", rules.hold.count()},
          {"per_contact_max", rules.per_contact_max},
          {"waiting_list_max", rules.waiting_list_max},
          {"offer_minutes", rules.offer.count()},
          {"awake_from_hour", rules.awake_from / std::chrono::hours{1}},
          {"awake_to_hour", rules.awake_to / std::chrono::hours{1}},
          {"offer_notice_minutes", rules.offer_notice.count()},
          {"offers_max", rules.offers_max}};
}

}  // namespace skranke::wire
