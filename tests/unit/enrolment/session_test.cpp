// Enrolments as a clerk lives them, with real pictures and the real work.
#include "enrolment/session.hpp"
#include "enrolment/wsq.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/unit/enrolment/identities.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::print_of;

Profile profile(const std::string& name) {
  std::ifstream file{SKRANKE_ENROLMENT_EXAMPLES "/" + name + ".toml"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return read_profile(text, name).value();
}
Image portrait(const char* name = "A_neutral") {
  return jpeg_decode(test::load(std::string{"faces/"} + name + ".jpg")).value();
}
Image signature(int step = 7) {
  Image image{300, 100, 1, Bytes(30'000, 255)};
  for (int x = 20; x < 280; ++x) image.pixels[static_cast<std::size_t>((50 + (x * step % 23)) * 300 + x)] = 0;
  return image;
}
const std::string created = "20261128093000";

/// A desk with a session and a clock.
struct Desk {
  Session session{real_workshop()};
  Millis now = 1'000'000;

  explicit Desk(const std::string& document, AgeClass age = AgeClass::from_12) {
    EXPECT_TRUE(session.start({"E-1", "A-77", age, "clerk-3", "desk-4"}, profile(document), now));
    EXPECT_TRUE(session.inform("2026-1", "da", now += 1000));
  }
  Capture answer(const Request& request, Image image, Source source = Source::live) {
    Capture capture{request.enrolment,
                    request.number,
                    request.modality,
                    request.finger,
                    now += 500,
                    "double-1",
                    source,
                    std::move(image),
                    ""};
    capture.digest = digest_of(capture.image);
    return capture;
  }
  Outcome<Offered> take(Modality modality, std::optional<Finger> finger, const Image& image,
                        Source source = Source::live) {
    const auto request = session.ask(modality, finger, now += 100);
    if (!request) return tl::unexpected<Refusal>{request.error()};
    const Capture capture = answer(*request, image, source);
    return session.offer(capture, now += 100);
  }
  std::string print(Finger finger, const std::string& name) {
    const auto offered = take(Modality::finger, finger, print_of(name));
    if (!offered) return std::string{name_of(offered.error())};
    const auto accepted = session.accept(offered->capture, false, std::nullopt, now += 100);
    return accepted ? "accepted" : std::string{name_of(accepted.error())};
  }
  void face() {
    const auto offered = take(Modality::face, std::nullopt, portrait());
    ASSERT_TRUE(offered) << name_of(offered.error());
    ASSERT_TRUE(session.accept(offered->capture, true, std::nullopt, now += 100));
  }
  Outcome<std::vector<PackedFile>> record() { return session.record(created, Bytes(16, 9), now += 100); }
};

template <class T>
std::string why(const Outcome<T>& outcome) {
  return outcome ? "taken" : std::string{name_of(outcome.error())};
}
const PackedFile& file(const std::vector<PackedFile>& files, const std::string& name) {
  for (const PackedFile& one : files)
    if (one.name == name) return one;
  throw std::runtime_error{"no " + name};
}

TEST(Enrolment, APassportFromBeginToReceipt) {
  Desk desk{"passport"};
  EXPECT_EQ(desk.session.stage(), Stage::face);
  desk.face();
  EXPECT_EQ(desk.session.fingers_wanted(), (std::vector{Finger::right_index, Finger::left_index}));
  EXPECT_EQ(desk.print(Finger::right_index, "f1_0"), "accepted");
  EXPECT_EQ(desk.print(Finger::left_index, "f2_0"), "accepted");
  EXPECT_EQ(desk.session.stage(), Stage::signature);
  const auto signed_by_hand = desk.take(Modality::signature, std::nullopt, signature());
  ASSERT_TRUE(signed_by_hand);
  ASSERT_TRUE(desk.session.accept(signed_by_hand->capture, false, std::nullopt, desk.now));
  EXPECT_EQ(desk.session.stage(), Stage::review);

  const auto files = desk.record();
  ASSERT_TRUE(files) << desk.session.why_record_failed();
  const Dg3 prints = read_dg3(file(*files, "dg3.bin").bytes).value();
  ASSERT_EQ(prints.prints.size(), 2U);
  EXPECT_GE(test::psnr(wsq::decode(prints.prints[0].file).value(), print_of("f1_0")), 32.5);
  EXPECT_GE(test::psnr(wsq::decode(prints.prints[1].file).value(), print_of("f2_0")), 32.5);
  EXPECT_EQ(prints.prints[1].finger, Finger::left_index);
  const Dg2 face = read_dg2(file(*files, "dg2.bin").bytes).value();
  EXPECT_EQ(face.face.width, 413);
  EXPECT_LE(face.face.file.size(), 15'000U);
  EXPECT_EQ(png_decode(file(*files, "signature.png").bytes).value(), signature());
  EXPECT_TRUE(check_record(*files, "E-1"));
  EXPECT_FALSE(check_record(*files, "E-2"));

  const test::Pems appliance = test::make_identity("P-256"), authority = test::make_identity("rsa2048");
  const Identity signer = Identity::from_pem(appliance.certificate, appliance.key).value();
  const Identity receiver = Identity::from_pem(authority.certificate, authority.key).value();
  const Sealed sealed = seal(*files, signer, std::vector{receiver}, 1'795'858'200).value();
  ASSERT_TRUE(desk.session.sealed(sealed.sha256, desk.now));
  EXPECT_EQ(desk.session.samples_held(), 0U);  // what is left cannot be opened here
  ASSERT_TRUE(desk.session.sent());
  const Receipt receipt{"E-1", sealed.sha256, "2026-11-28T09:31:00Z"};
  const Bytes signed_receipt = sign_receipt(receipt, receiver).value();
  EXPECT_EQ(why(desk.session.receipted({"E-2", sealed.sha256, ""})), "other_enrolment");
  EXPECT_EQ(why(desk.session.receipted({"E-1", std::string(64, '0'), ""})), "record_differs");
  EXPECT_TRUE(desk.session.receipted(check_receipt(signed_receipt, receiver, "E-1", sealed.sha256).value()));
  desk.session.erase();
  EXPECT_EQ(desk.session.stage(), Stage::erased);
}

TEST(Enrolment, ChildrenGiveWhatTheirAgeAsks) {
  Desk child{"passport", AgeClass::from_6};
  child.face();
  EXPECT_EQ(child.session.stage(), Stage::review);  // no prints and no signature below twelve
  const auto files = child.record();
  ASSERT_TRUE(files) << child.session.why_record_failed();
  EXPECT_EQ(files->size(), 2U);
  Desk resident{"residence", AgeClass::from_6};
  resident.face();
  EXPECT_EQ(resident.session.stage(), Stage::fingers);  // prints from six
  Desk infant{"residence", AgeClass::under_6};
  infant.face();
  EXPECT_EQ(infant.session.stage(), Stage::review);
  Desk driver{"licence"};
  driver.face();
  EXPECT_EQ(driver.session.stage(), Stage::signature);  // never prints
}

TEST(Enrolment, TheSameFingerTwiceIsRefused) {
  Desk desk{"passport"};
  desk.face();
  EXPECT_EQ(desk.print(Finger::right_index, "f1_0"), "accepted");
  EXPECT_EQ(desk.print(Finger::left_index, "f1_2"), "same_finger_twice");
  EXPECT_EQ(desk.print(Finger::left_index, "f3_2"), "accepted");
}

TEST(Enrolment, OfThreeTheOneMostLikeTheOthersIsKept) {
  Desk desk{"passport"};
  desk.face();
  std::vector<unsigned> captures;
  for (const char* name : {"f1_dry", "f1_1", "f1_2"})
    captures.push_back(desk.take(Modality::finger, Finger::right_index, print_of(name))->capture);
  EXPECT_EQ(why(desk.take(Modality::finger, Finger::right_index, print_of("f1_3"))), "too_many_captures");
  ASSERT_TRUE(
      desk.session.accept(captures[0], false, std::nullopt, desk.now));  // the dry one is clicked, a better one kept
  EXPECT_EQ(desk.print(Finger::left_index, "f2_0"), "accepted");
  ASSERT_TRUE(desk.session.without_signature("", desk.now));
  const Dg3 prints = read_dg3(file(desk.record().value(), "dg3.bin").bytes).value();
  const Image kept = wsq::decode(prints.prints[0].file).value();
  EXPECT_GE(std::max(test::psnr(kept, print_of("f1_1")), test::psnr(kept, print_of("f1_2"))), 32.0);
}

TEST(Enrolment, APoorPrintNeedsAReasonAndNothingIsNoPrint) {
  Desk desk{"passport"};
  desk.face();
  const auto dry = desk.take(Modality::finger, Finger::right_index, print_of("f1_dry"));
  ASSERT_TRUE(dry);
  EXPECT_EQ(dry->hints, std::vector{PrintHint::dry});
  EXPECT_EQ(why(desk.session.accept(dry->capture, false, std::nullopt, desk.now)), "override_needed");
  EXPECT_TRUE(desk.session.accept(dry->capture, false, Override{"score", "worn_by_work"}, desk.now));
  const auto empty = desk.take(Modality::finger, Finger::left_index, print_of("blank"));
  ASSERT_TRUE(empty);
  EXPECT_EQ(why(desk.session.accept(empty->capture, false, Override{"score", "worn_by_work"}, desk.now)), "unusable");
}

TEST(Enrolment, FallbackGoesByTheOrderOfTheProfileForEachHand) {
  Desk desk{"residence"};
  desk.face();
  EXPECT_EQ(why(desk.session.except({Finger::right_thumb, "injured", true}, desk.now)),
            "no_such_need");  // not asked for yet
  EXPECT_EQ(why(desk.session.except({Finger::right_index, "lazy", true}, desk.now)), "unknown_ground");
  EXPECT_EQ(why(desk.session.except({Finger::right_index, "amputated", true}, desk.now)),
            "unknown_ground");  // never temporary
  ASSERT_TRUE(desk.session.except({Finger::right_index, "amputated", false}, desk.now));
  EXPECT_EQ(desk.session.fingers_wanted(), (std::vector{Finger::right_thumb, Finger::left_index}));
  EXPECT_EQ(why(desk.take(Modality::finger, Finger::right_index, print_of("f1_0"))), "no_such_need");
  EXPECT_EQ(desk.print(Finger::right_thumb, "f3_0"), "accepted");
  for (const Finger finger : {Finger::left_index, Finger::left_thumb, Finger::left_middle, Finger::left_ring})
    ASSERT_TRUE(desk.session.except({finger, "bandaged", true}, desk.now)) << name_of(finger);
  EXPECT_EQ(desk.session.stage(), Stage::signature);
  EXPECT_EQ(desk.session.follow_up_days(), 30);
  EXPECT_EQ(why(desk.session.without_signature("", desk.now)), "override_needed");
  ASSERT_TRUE(desk.session.without_signature("cannot_write", desk.now));
  const auto files = desk.record();
  ASSERT_TRUE(files) << desk.session.why_record_failed();
  const Transaction told = read_an2(file(*files, "enrolment.an2").bytes).value();
  ASSERT_EQ(told.missing.size(), 5U);
  EXPECT_TRUE(told.missing[0].amputated);
  EXPECT_FALSE(told.missing[1].amputated);
  EXPECT_EQ(told.prints.size(), 1U);
  EXPECT_FALSE(told.signature);
}

TEST(Enrolment, TheTransactionCarriesTheSignature) {
  Desk desk{"residence"};
  desk.face();
  while (!desk.session.fingers_wanted().empty())
    ASSERT_TRUE(desk.session.except({desk.session.fingers_wanted()[0], "disability", false}, desk.now));
  const auto by_hand = desk.take(Modality::signature, std::nullopt, signature());
  ASSERT_TRUE(by_hand);
  ASSERT_TRUE(desk.session.accept(by_hand->capture, false, std::nullopt, desk.now));
  const auto files = desk.record();
  ASSERT_TRUE(files) << desk.session.why_record_failed();
  const auto told = read_an2(file(*files, "enrolment.an2").bytes).value().signature;
  ASSERT_TRUE(told);
  EXPECT_EQ(*told, scanned_signature(signature(), 300));
  EXPECT_EQ(told->width, 504);  // 300 dots of 300 an inch are 500 of 500, and the next whole byte
}

TEST(Enrolment, WithoutAnyFingerTheGroupIsEmptyAndNeverTheSame) {
  Desk desk{"passport"};
  desk.face();
  while (!desk.session.fingers_wanted().empty())
    ASSERT_TRUE(desk.session.except({desk.session.fingers_wanted()[0], "disability", false}, desk.now));
  ASSERT_TRUE(desk.session.without_signature("", desk.now));
  EXPECT_FALSE(desk.session.follow_up_days());
  EXPECT_EQ(read_dg3(file(desk.record().value(), "dg3.bin").bytes)->random, Bytes(16, 9));
}

TEST(Enrolment, AnAnswerMustBeToWhatWasAsked) {
  Desk desk{"passport"};
  desk.face();
  const Request request = desk.session.ask(Modality::finger, Finger::right_index, desk.now).value();
  const Capture good = desk.answer(request, print_of("f1_0"));
  const auto changed = [&](auto change) {
    Capture capture = good;
    change(capture);
    return why(desk.session.offer(capture, desk.now));
  };
  EXPECT_EQ(changed([](Capture& c) { c.enrolment = "E-0"; }), "other_enrolment");
  EXPECT_EQ(changed([](Capture& c) { --c.number; }), "not_asked_for");
  EXPECT_EQ(changed([](Capture& c) { c.finger = Finger::left_index; }), "wrong_position");
  EXPECT_EQ(changed([](Capture& c) { c.modality = Modality::face; }), "wrong_position");
  EXPECT_EQ(changed([&](Capture& c) { c.taken_at = request.at - 1; }), "stale");
  EXPECT_EQ(changed([&](Capture& c) { c.taken_at = desk.now + 1; }), "stale");
  EXPECT_EQ(changed([](Capture& c) { c.image.pixels[7] ^= 1U; }), "damaged");
  EXPECT_EQ(changed([](Capture& c) { c.image.pixels.pop_back(); }), "damaged");
  EXPECT_EQ(changed([](Capture& c) { c.source = Source::imported; }), "source_not_allowed");
  EXPECT_EQ(why(desk.session.offer(good, desk.now)), "taken");
  EXPECT_EQ(why(desk.session.offer(good, desk.now)), "not_asked_for");  // an answer serves once
  const Request again = desk.session.ask(Modality::finger, Finger::right_index, desk.now).value();
  const Capture frozen = desk.answer(again, print_of("f1_0"));
  EXPECT_EQ(why(desk.session.offer(frozen, desk.now)), "repeated");
  const Capture late = desk.answer(again, print_of("f1_1"));
  EXPECT_EQ(why(desk.session.offer(late, desk.now + fresh_for_ms + 1)), "stale");
}

TEST(Enrolment, StagesComeInTheirOrder) {
  Session session{real_workshop()};
  EXPECT_EQ(why(session.inform("1", "da", 5)), "wrong_stage");
  ASSERT_TRUE(session.start({"E-1", "A", AgeClass::from_12, "c", "d"}, profile("passport"), 0));
  EXPECT_EQ(why(session.ask(Modality::face, std::nullopt, 5)), "wrong_stage");  // first the citizen is told
  EXPECT_EQ(why(session.inform("", "da", 5)), "incomplete");
  ASSERT_TRUE(session.inform("1", "da", 5));
  EXPECT_EQ(why(session.ask(Modality::finger, Finger::right_index, 5)), "wrong_stage");
  EXPECT_EQ(why(session.ask(Modality::face, Finger::right_index, 5)), "wrong_position");
  EXPECT_EQ(why(session.record(created, {}, 5)), "wrong_stage");
  EXPECT_EQ(why(session.sealed("x", 5)), "wrong_stage");
  EXPECT_EQ(why(session.sent()), "wrong_stage");
  EXPECT_EQ(why(session.receipted({})), "wrong_stage");
  EXPECT_EQ(why(session.accept(7, true, std::nullopt, 5)), "unknown_capture");
}

TEST(Enrolment, TheClerkAttestsWhatNoMachineHereJudges) {
  Desk desk{"passport"};
  const auto offered = desk.take(Modality::face, std::nullopt, portrait());
  EXPECT_EQ(why(desk.session.accept(offered->capture, false, std::nullopt, desk.now)), "not_attested");
  EXPECT_EQ(why(desk.take(Modality::face, std::nullopt, portrait("B_neutral"), Source::scanned)), "source_not_allowed");
  Image small = fitted(portrait(), 300, 390);
  const auto too_small = desk.take(Modality::face, std::nullopt, small);
  EXPECT_EQ(why(desk.session.accept(too_small->capture, true, std::nullopt, desk.now)), "unusable");
}

TEST(Enrolment, RedoErasesWhatWasTaken) {
  Desk desk{"licence"};
  desk.face();
  ASSERT_TRUE(desk.session.without_signature("cannot_write", desk.now));
  EXPECT_EQ(desk.session.samples_held(), 1U);
  EXPECT_EQ(why(desk.session.redo(Modality::finger, desk.now)), "no_such_need");
  ASSERT_TRUE(desk.session.redo(Modality::face, desk.now));
  EXPECT_EQ(desk.session.stage(), Stage::face);
  EXPECT_EQ(desk.session.samples_held(), 0U);
  const auto other = desk.take(Modality::face, std::nullopt, portrait("B_neutral"));
  ASSERT_TRUE(desk.session.accept(other->capture, true, std::nullopt, desk.now));
  EXPECT_EQ(desk.session.stage(), Stage::review);  // the reason for no signature stays
}

TEST(Enrolment, CancelAndTimeEraseEverything) {
  Desk cancelled{"passport"};
  cancelled.face();
  EXPECT_EQ(cancelled.print(Finger::right_index, "f1_0"), "accepted");
  EXPECT_EQ(cancelled.session.samples_held(), 2U);
  cancelled.session.cancel();
  EXPECT_EQ(cancelled.session.stage(), Stage::cancelled);
  EXPECT_EQ(cancelled.session.samples_held(), 0U);
  Desk late{"passport"};
  late.face();
  EXPECT_FALSE(late.session.tick(late.session.expires_at() - 1));
  EXPECT_EQ(why(late.session.ask(Modality::finger, Finger::right_index, late.session.expires_at())), "expired");
  EXPECT_EQ(late.session.stage(), Stage::expired);
  EXPECT_EQ(late.session.samples_held(), 0U);
  EXPECT_EQ(why(late.session.ask(Modality::finger, Finger::right_index, late.now)), "expired");
}

TEST(Enrolment, ARecordThatDiffersIsNotGivenOut) {
  Workshop swapping = real_workshop();
  swapping.prints_group = [](std::span<const FingerSample> prints, Encoding encoding, const std::string& when,
                             ByteView random) {
    std::vector<FingerSample> changed{prints.begin(), prints.end()};
    std::swap(changed[0].finger, changed[1].finger);  // left and right, as it happened 228,000 times
    return write_dg3(changed, encoding, when, random);
  };
  Desk desk{"passport"};
  desk.session = Session{swapping};
  ASSERT_TRUE(desk.session.start({"E-1", "A", AgeClass::from_12, "c", "d"}, profile("passport"), desk.now));
  ASSERT_TRUE(desk.session.inform("1", "da", desk.now));
  desk.face();
  EXPECT_EQ(desk.print(Finger::right_index, "f1_0"), "accepted");
  EXPECT_EQ(desk.print(Finger::left_index, "f2_0"), "accepted");
  ASSERT_TRUE(desk.session.without_signature("", desk.now));
  EXPECT_EQ(why(desk.record()), "record_differs");
  EXPECT_NE(desk.session.why_record_failed().find("not the print that the manifest tells of"), std::string::npos)
      << desk.session.why_record_failed();
}

TEST(Enrolment, AnEncoderThatMixesPicturesIsCaught) {
  Workshop mixing = real_workshop();
  mixing.print_file = [](const Image&) { return Result<Bytes>{test::load("fingers/f2_0.wsq")}; };
  Desk desk{"passport"};
  desk.session = Session{mixing};
  ASSERT_TRUE(desk.session.start({"E-1", "A", AgeClass::from_12, "c", "d"}, profile("passport"), desk.now));
  ASSERT_TRUE(desk.session.inform("1", "da", desk.now));
  desk.face();
  EXPECT_EQ(desk.print(Finger::right_index, "f1_0"), "record_differs");
}

TEST(Enrolment, WhatHappenedIsNotedForTheTrail) {
  Desk desk{"passport"};
  desk.face();
  EXPECT_EQ(desk.print(Finger::right_index, "f1_dry"), "override_needed");
  ASSERT_TRUE(desk.session.except({Finger::right_index, "injured", true}, desk.now));
  desk.session.cancel();
  std::vector<std::string> told;
  AuditTrail trail;
  std::string file;
  for (const Note& note : desk.session.take_notes()) {
    told.push_back(note.what);
    const auto line = trail.append("E-1", "2026-11-28T09:30:00Z", note);
    ASSERT_TRUE(line) << note.what << ": " << line.error().text();
    file += *line;
  }
  EXPECT_EQ(told, (std::vector<std::string>{"started", "informed", "asked", "captured", "accepted", "asked", "captured",
                                            "not_accepted", "excepted", "erased", "cancelled"}));
  EXPECT_NE(file.find(R"("clerk":"clerk-3","desk":"desk-4")"), std::string::npos) << file;
  EXPECT_NE(file.find(R"("what":"not_accepted","number":"2","reason":"override_needed")"), std::string::npos) << file;
  EXPECT_NE(file.find(R"("what":"excepted","finger":"right_index","ground":"injured","temporary":"yes")"),
            std::string::npos);
  EXPECT_NE(file.find(R"("what":"erased","left":"0")"), std::string::npos);
  EXPECT_TRUE(desk.session.take_notes().empty());
  EXPECT_TRUE(AuditTrail::read(file));
}

TEST(Enrolment, WhatIsSaidIsThereAndNotLong) {
  const std::string long_text(101, 'x');
  Session session{real_workshop()};
  EXPECT_EQ(why(session.start({"E-1", "", AgeClass::from_12, "c", "d"}, profile("passport"), 0)), "incomplete");
  EXPECT_EQ(why(session.start({"E-1", "A", AgeClass::from_12, long_text, "d"}, profile("passport"), 0)), "incomplete");
  Desk desk{"passport"};
  const Request request = desk.session.ask(Modality::face, std::nullopt, desk.now).value();
  Capture capture = desk.answer(request, portrait());
  capture.device = long_text;
  EXPECT_EQ(why(desk.session.offer(capture, desk.now)), "damaged");
  capture.device = "double-1";
  const Offered offered = desk.session.offer(capture, desk.now).value();
  EXPECT_EQ(why(desk.session.accept(offered.capture, true, Override{"eyes_open", long_text}, desk.now)),
            "override_needed");
  EXPECT_EQ(why(desk.session.accept(offered.capture, true, Override{"eyes_open", "blind"}, desk.now)), "taken");
  AuditTrail trail;
  for (const Note& note : desk.session.take_notes())
    EXPECT_TRUE(trail.append("E-1", "2026-11-28T09:30:00Z", note)) << note.what;
}

TEST(Enrolment, NotesHaveABound) {
  Desk desk{"passport"};
  for (std::size_t i = 0; i < notes_max + 50; ++i) (void)desk.session.offer({}, desk.now);
  const std::vector<Note> notes = desk.session.take_notes();
  ASSERT_EQ(notes.size(), notes_max + 1);
  EXPECT_EQ(notes.back(), (Note{"notes_lost", {{"count", "52"}}}));  // two were there before
}

TEST(Enrolment, AskingHasABound) {
  Desk desk{"passport"};
  std::string last;
  for (unsigned i = 0; i <= captures_max; ++i) last = why(desk.session.ask(Modality::face, std::nullopt, desk.now));
  EXPECT_EQ(last, "too_many_captures");
}

TEST(Enrolment, WhatWasTakenIsShownAgain) {
  Desk desk{"passport"};
  EXPECT_EQ(desk.session.progress(), (Progress{0, 4}));
  const Offered face = desk.take(Modality::face, std::nullopt, portrait()).value();
  const Shown cut = desk.session.shown(face.capture).value();
  EXPECT_EQ((std::pair{cut.image.width, cut.image.height}), (std::pair{413, 531})) << "as the document will have it";
  EXPECT_EQ(why(desk.session.shown(face.capture + 1)), "unknown_capture");
  ASSERT_TRUE(desk.session.accept(face.capture, true, std::nullopt, desk.now));
  EXPECT_EQ(desk.session.shown(face.capture).value().image, cut.image) << "accepted: the very same file";
  const Offered first = desk.take(Modality::finger, Finger::right_index, print_of("f1_0")).value();
  EXPECT_EQ(desk.session.shown(first.capture).value().image, print_of("f1_0"));
  const Offered second = desk.take(Modality::finger, Finger::right_index, print_of("f1_1")).value();
  ASSERT_TRUE(desk.session.accept(second.capture, false, std::nullopt, desk.now));
  const std::vector<Part> parts = desk.session.parts();
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[1].finger, Finger::right_index);
  EXPECT_EQ(desk.session.shown(parts[1].capture).value().modality, Modality::finger);
  EXPECT_EQ(why(desk.session.shown(first.capture + second.capture - parts[1].capture)), "unknown_capture")
      << "the other one of the two is erased";
  EXPECT_EQ(desk.session.progress(), (Progress{2, 4}));
  desk.session.cancel();
  EXPECT_EQ(why(desk.session.shown(face.capture)), "unknown_capture");
  EXPECT_TRUE(desk.session.parts().empty());
}

TEST(Enrolment, ProgressCountsWhatTheAgeAsksAndWhatCannotBeTaken) {
  Desk child{"passport", AgeClass::from_6};
  EXPECT_EQ(child.session.progress(), (Progress{0, 1}));
  Desk desk{"passport"};
  desk.face();
  for (const int of_hand : desk.session.profile().fingers->order)
    ASSERT_TRUE(desk.session.except({static_cast<Finger>(of_hand), "disability", false}, desk.now));
  EXPECT_EQ(desk.session.progress(), (Progress{2, 4})) << "a hand without a finger that can be taken is done";
}

/// With portrait and both prints.
Desk with_prints() {
  Desk desk{"passport"};
  desk.face();
  EXPECT_EQ(desk.print(Finger::right_index, "f1_0"), "accepted");
  EXPECT_EQ(desk.print(Finger::left_index, "f2_0"), "accepted");
  return desk;
}

Outcome<Again> lay(Desk& desk, Finger finger, const std::string& name) {
  const auto request = desk.session.ask_again(finger, desk.now += 100);
  if (!request) return tl::unexpected<Refusal>{request.error()};
  Capture capture = desk.answer(*request, print_of(name));
  return desk.session.compare(std::move(capture), desk.now += 100);
}

TEST(Enrolment, AFingerLaidAgainIsTheSameOrNot) {
  Desk desk = with_prints();
  ASSERT_TRUE(desk.session.without_signature("cannot_write", desk.now));
  const std::size_t held = desk.session.samples_held();
  EXPECT_EQ(why(lay(desk, Finger::right_thumb, "f1_2")), "no_such_need");
  EXPECT_TRUE(lay(desk, Finger::right_index, "f1_2").value().same);
  EXPECT_TRUE(desk.record());
  EXPECT_FALSE(lay(desk, Finger::left_index, "f3_0").value().same);
  EXPECT_EQ(why(desk.record()), "not_verified");
  EXPECT_TRUE(lay(desk, Finger::right_index, "f1_3").value().same);
  EXPECT_EQ(why(desk.record()), "not_verified") << "one finger does not vouch for the other";
  EXPECT_EQ(why(lay(desk, Finger::left_index, "f3_0")), "repeated") << "nor does the same picture answer twice";
  EXPECT_EQ(why(lay(desk, Finger::left_index, "blank")), "unusable");
  EXPECT_TRUE(lay(desk, Finger::left_index, "f2_1").value().same);
  EXPECT_TRUE(desk.record());
  EXPECT_EQ(desk.session.samples_held(), held) << "nothing of it is kept";
}

TEST(Enrolment, ADoubtEndsWhenTheFingersAreTakenAnew) {
  Desk desk = with_prints();
  ASSERT_TRUE(desk.session.without_signature("cannot_write", desk.now));
  EXPECT_FALSE(lay(desk, Finger::right_index, "f3_0").value().same);
  ASSERT_TRUE(desk.session.redo(Modality::finger, desk.now));
  EXPECT_EQ(desk.print(Finger::right_index, "f3_1"), "accepted");
  EXPECT_EQ(desk.print(Finger::left_index, "f2_1"), "accepted");
  EXPECT_TRUE(desk.record());
}

TEST(Enrolment, AnAnswerToTheOneQuestionIsNoneToTheOther) {
  Desk desk = with_prints();
  const Request again = desk.session.ask_again(Finger::left_index, desk.now).value();
  Capture capture = desk.answer(again, print_of("f2_2"));
  EXPECT_EQ(why(desk.session.offer(capture, desk.now)), "not_asked_for");
  const Request sign = desk.session.ask(Modality::signature, std::nullopt, desk.now).value();
  EXPECT_EQ(why(desk.session.compare(desk.answer(sign, signature()), desk.now)), "not_asked_for");
}

TEST(Enrolment, ItGoesOnAtAnotherDesk) {
  Desk desk = with_prints();
  const Offered open = desk.take(Modality::signature, std::nullopt, signature()).value();
  static_cast<void>(desk.session.take_notes());
  EXPECT_EQ(why(desk.session.move("clerk-9", "", desk.now)), "incomplete");
  ASSERT_TRUE(desk.session.move("clerk-9", "booth-1", desk.now));
  EXPECT_EQ(desk.session.take_notes().back(),
            (Note{"moved", {{"from", "desk-4"}, {"desk", "booth-1"}, {"clerk", "clerk-9"}}}));
  EXPECT_EQ(desk.session.of().desk, "booth-1");
  EXPECT_EQ(why(desk.session.accept(open.capture, false, std::nullopt, desk.now)), "unknown_capture")
      << "what nobody had accepted stays behind";
  EXPECT_EQ(desk.session.progress(), (Progress{3, 4}));
  EXPECT_TRUE(lay(desk, Finger::right_index, "f1_2").value().same) << "it is still the same person";
  const Offered sign = desk.take(Modality::signature, std::nullopt, signature(5)).value();
  ASSERT_TRUE(desk.session.accept(sign.capture, false, std::nullopt, desk.now));
  EXPECT_TRUE(desk.record());
  ASSERT_TRUE(desk.session.sealed(std::string(64, 'a'), desk.now));
  EXPECT_EQ(why(desk.session.move("clerk-3", "desk-4", desk.now)), "wrong_stage");
}

TEST(Enrolment, WhatNobodyAcceptedIsOfferedAgain) {
  Desk desk{"passport"};
  EXPECT_FALSE(desk.session.offered());
  const Offered first = desk.take(Modality::face, std::nullopt, portrait()).value();
  const Offered second = desk.take(Modality::face, std::nullopt, portrait("A_yaw+20")).value();
  ASSERT_TRUE(desk.session.offered());
  EXPECT_EQ(desk.session.offered()->capture, second.capture) << "the newest";
  EXPECT_EQ(desk.session.offered()->unjudged.size(), face_checks.size()) << "there are no models here";
  EXPECT_EQ(desk.session.offered()->unjudged[0].why, "no_models");
  ASSERT_TRUE(desk.session.accept(first.capture, true, std::nullopt, desk.now));
  EXPECT_FALSE(desk.session.offered()) << "the one that was not accepted is erased";

  const Offered dry = desk.take(Modality::finger, Finger::left_index, print_of("f1_dry")).value();
  const auto again = desk.session.offered();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->capture, dry.capture);
  EXPECT_EQ(again->finger, Finger::left_index);
  EXPECT_EQ(again->score, dry.score);
  EXPECT_EQ(again->hints, dry.hints);
  EXPECT_FALSE(again->hints.empty());
  ASSERT_TRUE(desk.session.except({Finger::left_index, "worn", false}, desk.now));
  EXPECT_FALSE(desk.session.offered());
  ASSERT_TRUE(desk.take(Modality::finger, Finger::right_index, print_of("f2_0")));
  ASSERT_TRUE(desk.session.offered());
  ASSERT_TRUE(desk.session.move("clerk-9", "booth-1", desk.now));
  EXPECT_FALSE(desk.session.offered()) << "nothing of it comes along to another desk";
  ASSERT_TRUE(desk.take(Modality::finger, Finger::right_index, print_of("f2_1")));
  desk.session.cancel();
  EXPECT_FALSE(desk.session.offered());
}

TEST(Enrolment, AProgramThatGaveNoAnswerIsSaid) {
  Desk desk{"passport"};
  const Request request = desk.session.ask(Modality::face, std::nullopt, desk.now).value();
  Capture capture = desk.answer(request, portrait());
  capture.unassessed = true;
  const Offered offered = desk.session.offer(capture, desk.now).value();
  EXPECT_EQ(offered.unjudged.back().id, "quality_program");
  EXPECT_EQ(offered.unjudged.back().why, "no_answer");
}

}  // namespace
}  // namespace skranke::enrolment
