// The record of an accepted enrolment: files and manifest, then all of it read again by the independent readers.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "enrolment/session.hpp"

namespace skranke::enrolment {

/// What a session accepted, turned into files. A friend of the session, so that nobody else sees the samples.
class RecordOf {
 public:
  RecordOf(const Session& session, std::string created, ByteView random)
      : session_{session}, created_{std::move(created)}, random_{random} {}

  Result<std::vector<PackedFile>> build() {
    std::vector<PackedFile> files;
    const auto add = [&](const char* name, Result<Bytes> bytes) -> Result<void> {
      if (!bytes) return tl::unexpected<Error>{bytes.error()};
      files.push_back({name, std::move(*bytes)});
      return {};
    };
    const Profile& profile = session_.profile_;
    if (profile.groups) {
      if (const auto added = add("dg2.bin", write_dg2(face(), profile.encoding, created_)); !added)
        return tl::unexpected<Error>{added.error()};
      if (session_.wants_fingers())
        if (const auto added =
                add("dg3.bin", session_.workshop_.prints_group(prints(), profile.encoding, created_, random_));
            !added)
          return tl::unexpected<Error>{added.error()};
    }
    if (profile.an2)
      if (const auto added = add("enrolment.an2", write_an2(transaction())); !added)
        return tl::unexpected<Error>{added.error()};
    if (const auto* signature = of(Modality::signature)) files.push_back({"signature.png", signature->file});
    files.insert(files.begin(), PackedFile{"manifest.json", manifest(files)});
    return files;
  }

  /// The readers must find exactly what was accepted, finger by finger.
  Result<void> compare(std::span<const PackedFile> files) const {
    if (const auto fine = check_record(files, session_.case_.enrolment); !fine) return fine;
    for (const PackedFile& file : files) {
      Result<void> same;
      if (file.name == "dg2.bin")
        same = compare_group(file.name, read_dg2(file.bytes));
      if (file.name == "dg3.bin")
        same = compare_prints(file.name, read_dg3(file.bytes).map([](const Dg3& group) { return group.prints; }));
      if (file.name == "enrolment.an2") same = compare_transaction(read_an2(file.bytes));
      if (file.name == "signature.png" && sha256_hex(file.bytes) != of(Modality::signature)->file_digest)
        same = wrong(file.name, "another file than was accepted");
      if (!same) return same;
    }
    return {};
  }

 private:
  [[nodiscard]] const Session::Accepted* of(Modality modality) const {
    for (const auto& one : session_.accepted_)
      if (one.modality == modality) return &one;
    return nullptr;
  }
  [[nodiscard]] const Session::Accepted* of(Finger finger) const {
    for (const auto& one : session_.accepted_)
      if (one.finger == finger) return &one;
    return nullptr;
  }

  [[nodiscard]] FaceSample face() const {
    const Session::Accepted& one = *of(Modality::face);
    FaceSample face;
    face.kind = session_.profile_.face.format;
    face.source = one.source == Source::scanned    ? FaceSource::scanner
                  : one.source == Source::imported ? FaceSource::unknown_photograph
                                                   : FaceSource::still_camera;
    face.file = one.file;
    face.eyes = one.eyes;
    if (const auto header = picture_header(one.file)) {
      face.width = header->width;
      face.height = header->height;
    }
    return face;
  }
  [[nodiscard]] std::vector<FingerSample> prints() const {
    std::vector<FingerSample> prints;
    for (const auto& one : session_.accepted_)
      if (one.finger)
        prints.push_back({*one.finger, one.width, one.height, 500, static_cast<unsigned>(one.score), one.file});
    std::ranges::sort(prints, {}, [](const FingerSample& print) { return number_of(print.finger); });
    return prints;
  }
  [[nodiscard]] std::vector<MissingPrint> missing() const {
    std::vector<MissingPrint> missing;
    for (const Exception& one : session_.exceptions_) missing.push_back({one.finger, one.ground == grounds[0]});
    return missing;
  }
  [[nodiscard]] std::optional<SignatureSample> signature() const {
    constexpr int drawn_dpi = 300;
    const Session::Accepted* one = of(Modality::signature);
    const auto drawing = one != nullptr ? png_decode(one->file) : Result<Image>{wrong("signature", "none")};
    return drawing ? std::optional{scanned_signature(*drawing, drawn_dpi)} : std::nullopt;
  }
  [[nodiscard]] Transaction transaction() const {
    Transaction transaction;
    transaction.date = created_.substr(0, std::min<std::size_t>(created_.size(), 8));
    transaction.to = session_.profile_.to;
    transaction.from = session_.profile_.from;
    transaction.control = session_.case_.enrolment;
    transaction.gmt = created_ + "Z";
    transaction.source = session_.profile_.from;
    transaction.face = face();
    transaction.prints = prints();
    transaction.missing = missing();
    transaction.signature = signature();
    return transaction;
  }

  [[nodiscard]] static boost::json::object sample(const Session::Accepted& one) {
    boost::json::object told{{"modality", name_of(one.modality)},
                             {"device", one.device},
                             {"source", name_of(one.source)},
                             {"sha256", one.file_digest}};
    if (one.finger) {
      told["finger"] = name_of(*one.finger);
      told["quality"] = boost::json::object{{"algorithm", "own/1"}, {"score", one.score}};
      told["encoder"] = "skranke wsq, not certified";
    }
    if (one.assessed)
      told["assessed"] = boost::json::object{
          {"algorithm", one.assessed->name}, {"version", one.assessed->version}, {"score", one.assessed->value}};
    if (!one.attested_by.empty()) {
      boost::json::array checks;
      for (const std::string_view each : clerks_checks) checks.emplace_back(each);
      told["attested"] = boost::json::object{{"by", one.attested_by}, {"checks", std::move(checks)}};
    }
    if (one.reason)
      told["override"] = boost::json::object{{"check", one.reason->check}, {"reason", one.reason->reason}};
    return told;
  }
  [[nodiscard]] Bytes manifest(const std::vector<PackedFile>& files) const {
    boost::json::array listed, samples, exceptions;
    for (const PackedFile& file : files)
      listed.push_back({{"name", file.name}, {"bytes", file.bytes.size()}, {"sha256", sha256_hex(file.bytes)}});
    for (const auto& one : session_.accepted_) samples.push_back(sample(one));
    for (const Exception& one : session_.exceptions_)
      exceptions.push_back({{"finger", name_of(one.finger)}, {"ground", one.ground}, {"temporary", one.temporary}});
    boost::json::object told{
        {"version", 1},
        {"record_id", session_.case_.enrolment},
        {"application", session_.case_.application},
        {"profile", boost::json::object{{"id", session_.profile_.id}, {"version", session_.profile_.version}}},
        {"age_class", name_of(session_.case_.age)},
        {"created", created_},
        {"desk", session_.case_.desk},
        {"clerk", session_.case_.clerk},
        {"information", boost::json::object{{"text", session_.text_version_}, {"language", session_.language_}}},
        {"files", std::move(listed)},
        {"samples", std::move(samples)},
        {"exceptions", std::move(exceptions)}};
    if (const auto days = session_.follow_up_days()) told["follow_up_days"] = *days;
    if (session_.no_signature_) told["no_signature"] = *session_.no_signature_;
    const std::string text = boost::json::serialize(told);
    const ByteView bytes = view_of(text);
    return {bytes.begin(), bytes.end()};
  }

  [[nodiscard]] Result<void> compare_group(const std::string& name, const Result<Dg2>& found) const {
    if (found && found->encoding == Encoding::iso19794 && found->face.eyes != of(Modality::face)->eyes)
      return wrong(name, "other eyes than were measured");
    return compare_face(name, found.map([](const Dg2& group) { return group.face; }));
  }
  [[nodiscard]] Result<void> compare_face(const std::string& name, const Result<FaceSample>& found) const {
    if (!found) return tl::unexpected<Error>{found.error()};
    if (sha256_hex(found->file) != of(Modality::face)->file_digest)
      return wrong(name, "another portrait than was accepted");
    return {};
  }
  [[nodiscard]] Result<void> compare_prints(const std::string& name,
                                            const Result<std::vector<FingerSample>>& found) const {
    if (!found) return tl::unexpected<Error>{found.error()};
    if (found->size() != prints().size()) return wrong(name, "other prints than were accepted");
    for (const FingerSample& print : *found) {
      const Session::Accepted* one = of(print.finger);
      if (one == nullptr || sha256_hex(print.file) != one->file_digest || print.width != one->width ||
          print.height != one->height)
        return wrong(name, fmt::format("{}: another print than was accepted", name_of(print.finger)));
    }
    return {};
  }
  [[nodiscard]] Result<void> compare_transaction(const Result<Transaction>& found) const {
    if (!found) return tl::unexpected<Error>{found.error()};
    if (!found->face || found->missing != missing() || found->control != session_.case_.enrolment || found->signature != signature())
      return wrong("enrolment.an2", "another enrolment than was accepted");
    if (const auto same = compare_face("enrolment.an2", *found->face); !same) return same;
    return compare_prints("enrolment.an2", found->prints);
  }

  const Session& session_;
  std::string created_;
  ByteView random_;
};

Outcome<std::vector<PackedFile>> Session::record(const std::string& created, ByteView random, Millis now) {
  if (const auto fine = open(Stage::review, now); !fine) return tl::unexpected<Refusal>{fine.error()};
  if (!doubted_.empty()) return tl::unexpected<Refusal>{Refusal::not_verified};
  RecordOf record{*this, created, random};
  Result<std::vector<PackedFile>> files = record.build();
  const Result<void> same = !files           ? Result<void>{tl::unexpected<Error>{files.error()}}
                            : checks_.reread ? record.compare(*files)
                                             : Result<void>{};
  record_error_ = same ? "" : same.error().text();
  note(same ? "record_made" : "record_differs", {{"where", same ? "" : same.error().where}});
  if (same) return std::move(*files);
  if (files)
    for (PackedFile& file : *files) wipe(file.bytes);
  return tl::unexpected<Refusal>{Refusal::record_differs};
}

namespace {

std::string text_at(const boost::json::object& object, const char* key) {
  const boost::json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string{};
}
const boost::json::array* list_at(const boost::json::object& object, const char* key) {
  const boost::json::value* found = object.if_contains(key);
  return found == nullptr ? nullptr : found->if_array();
}

/// Every file of the record, and no other, with the digest that the manifest gives.
Result<void> check_files(const boost::json::array& listed, std::span<const PackedFile> files) {
  if (listed.size() + 1 != files.size()) return wrong("manifest.json: files", "lists other files than there are");
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const boost::json::object* one = listed[i].if_object();
    const PackedFile& file = files[i + 1];
    if (one == nullptr || text_at(*one, "name") != file.name || text_at(*one, "sha256") != sha256_hex(file.bytes))
      return wrong(fmt::format("manifest.json: files[{}]", i), "not the file that is there");
  }
  return {};
}

/// Each print of DG3 is the one that the manifest tells of that finger.
Result<void> check_fingers(const boost::json::array& samples, const PackedFile& file) {
  const Result<Dg3> group = read_dg3(file.bytes);
  if (!group) return tl::unexpected<Error>{group.error()};
  std::size_t told = 0;
  for (const boost::json::value& value : samples) {
    const boost::json::object* one = value.if_object();
    if (one == nullptr || text_at(*one, "modality") != "finger") continue;
    ++told;
    const auto finger = finger_named(text_at(*one, "finger"));
    const auto found =
        std::ranges::find_if(group->prints, [&](const FingerSample& print) { return print.finger == finger; });
    if (found == group->prints.end() || sha256_hex(found->file) != text_at(*one, "sha256"))
      return wrong(file.name, fmt::format("{}: not the print that the manifest tells of", text_at(*one, "finger")));
  }
  if (told != group->prints.size()) return wrong(file.name, "other fingers than the manifest tells of");
  return {};
}

}  // namespace

namespace {

Result<boost::json::object> manifest_of(std::span<const PackedFile> files) {
  if (files.empty() || files[0].name != "manifest.json")
    return wrong("manifest.json", "missing, or not the first file");
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 6;
  const boost::json::value value = boost::json::parse(text_of(files[0].bytes), error, {}, options);
  if (error || !value.is_object()) return wrong("manifest.json", "not a JSON object");
  return value.get_object();
}

}  // namespace

Result<std::string> record_id_of(std::span<const PackedFile> files) {
  const Result<boost::json::object> manifest = manifest_of(files);
  if (!manifest) return tl::unexpected<Error>{manifest.error()};
  std::string id = text_at(*manifest, "record_id");
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (id.empty() || id.size() > 64 || id.find_first_not_of(allowed) != std::string::npos)
    return wrong("manifest.json: record_id", "not 1 to 64 letters, digits, dashes and underscores");
  return id;
}

Result<void> check_record(std::span<const PackedFile> files, const std::string& record_id) {
  const Result<std::string> id = record_id_of(files);
  if (!id) return tl::unexpected<Error>{id.error()};
  if (*id != record_id) return wrong("manifest.json: record_id", "of another record");
  const boost::json::object manifest = manifest_of(files).value();
  const boost::json::array *listed = list_at(manifest, "files"), *samples = list_at(manifest, "samples");
  if (listed == nullptr || samples == nullptr) return wrong("manifest.json", "without files or samples");
  if (const auto fine = check_files(*listed, files); !fine) return fine;
  for (const PackedFile& file : files)
    if (file.name == "dg3.bin")
      if (const auto fine = check_fingers(*samples, file); !fine) return fine;
  return {};
}

}  // namespace skranke::enrolment
