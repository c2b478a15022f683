// skranke-enrolment-receiver: the other end, for trials and tests. Takes sealed records from a folder, opens and checks
// them, puts them into a folder of their own and answers each with a signed receipt. An authority has its own.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "enrolment/session.hpp"

namespace {

using namespace skranke::enrolment;
namespace fs = std::filesystem;

constexpr std::size_t records_a_run_max = 1000;

int usage() {
  fmt::print(stderr,
             "usage: skranke-enrolment-receiver --in DIR --out DIR --certificate FILE --key FILE --appliance FILE\n"
             "  --in DIR            where NAME.cms lie; the answers NAME.receipt and NAME.refused are written there\n"
             "  --out DIR           where opened records go, each into a folder of its id\n"
             "  --certificate FILE  the recipient's certificate (PEM), --key FILE its private key\n"
             "  --appliance FILE    the certificate of the appliance whose records are taken\n");
  return 2;
}

Result<Bytes> read(const fs::path& path) {
  std::error_code error;
  if (fs::file_size(path, error) > envelope_bytes_max || error)
    return wrong(path.filename().string(), "not to be read, or too large");
  std::ifstream file{path, std::ios::binary};
  return Bytes{std::istreambuf_iterator<char>{file}, {}};
}

/// Whole and on the disk, or not there at all.
Result<void> write(const fs::path& path, ByteView bytes) {
  const fs::path part = path.string() + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return wrong(path.filename().string(), "cannot be written");
  bool well = true;
  for (std::size_t at = 0; well && at < bytes.size();) {
    const ssize_t written = ::write(file, bytes.data() + at, bytes.size() - at);
    well = written > 0;
    at += well ? static_cast<std::size_t>(written) : 0;
  }
  well = well && ::fsync(file) == 0;
  well = ::close(file) == 0 && well;
  std::error_code error;
  if (well) fs::rename(part, path, error);
  if (!well || error) return wrong(path.filename().string(), "cannot be written");
  return {};
}

std::string now_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm time{};
  ::gmtime_r(&now, &time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", time.tm_year + 1900, time.tm_mon + 1, time.tm_mday,
                     time.tm_hour, time.tm_min, time.tm_sec);
}

struct Receiver {
  fs::path in, out;
  Identity recipient, appliance;
};

/// A folder with the record's files; the same envelope again is harmless, another record of the same id is refused.
Result<void> keep(const Receiver& receiver, const std::string& id, const std::vector<PackedFile>& files,
                  const std::string& digest) {
  const fs::path folder = receiver.out / id, part = receiver.out / (id + ".part");
  std::error_code error;
  if (fs::exists(folder, error)) {
    const Result<Bytes> before = read(folder / "envelope.sha256");
    if (before && text_of(*before) == digest) return {};
    return wrong("record_id", "another record of this id is here already");
  }
  fs::remove_all(part, error);
  if (!fs::create_directory(part, error)) return wrong("out", "cannot be written");
  fs::permissions(part, fs::perms::owner_all, error);
  for (const PackedFile& file : files)
    if (const auto written = write(part / file.name, file.bytes); !written) return written;
  if (const auto written = write(part / "envelope.sha256", view_of(digest)); !written) return written;
  fs::rename(part, folder, error);
  if (error) return wrong("out", "cannot be written");
  return {};
}

Result<Bytes> receive(const Receiver& receiver, const fs::path& path) {
  const Result<Bytes> envelope = read(path);
  if (!envelope) return envelope;
  Result<std::vector<PackedFile>> files = open_sealed(*envelope, receiver.recipient, receiver.appliance);
  if (!files) return tl::unexpected<Error>{files.error()};
  const Result<std::string> id = record_id_of(*files);
  const Result<void> fine = id ? check_record(*files, *id) : Result<void>{tl::unexpected<Error>{id.error()}};
  if (!fine) return tl::unexpected<Error>{fine.error()};
  const std::string digest = sha256_hex(*envelope);
  const Result<void> kept = keep(receiver, *id, *files, digest);
  for (PackedFile& file : *files) wipe(file.bytes);
  if (!kept) return tl::unexpected<Error>{kept.error()};
  return sign_receipt({*id, digest, now_text()}, receiver.recipient);
}

/// How many were refused.
int receive_all(const Receiver& receiver) {
  std::vector<fs::path> waiting;
  for (const fs::directory_entry& entry : fs::directory_iterator{receiver.in}) {
    fs::path answer = entry.path();
    if (entry.path().extension() != ".cms" || fs::exists(answer.replace_extension(".receipt")) ||
        fs::exists(answer.replace_extension(".refused")))
      continue;
    waiting.push_back(entry.path());
  }
  std::ranges::sort(waiting);
  if (waiting.size() > records_a_run_max) waiting.resize(records_a_run_max);
  int refused = 0;
  for (fs::path path : waiting) {
    const Result<Bytes> receipt = receive(receiver, path);
    const std::string name = path.filename().string();
    const std::string words = receipt ? "received" : receipt.error().text();
    fmt::print("{}: {}\n", name, words);
    const Result<void> answered = receipt ? write(path.replace_extension(".receipt"), *receipt)
                                          : write(path.replace_extension(".refused"), view_of(words + "\n"));
    if (!answered) fmt::print(stderr, "skranke-enrolment-receiver: {}: {}\n", name, answered.error().text());
    if (!receipt || !answered) ++refused;
  }
  return refused;
}

Result<Identity> identity(const std::string& certificate, const std::string& key) {
  const Result<Bytes> pem = read(certificate);
  if (!pem) return tl::unexpected<Error>{pem.error()};
  if (key.empty()) return Identity::from_pem(text_of(*pem), "");
  const Result<Bytes> key_pem = read(key);
  if (!key_pem) return tl::unexpected<Error>{key_pem.error()};
  return Identity::from_pem(text_of(*pem), text_of(*key_pem));
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> options{
      {"--in", ""}, {"--out", ""}, {"--certificate", ""}, {"--key", ""}, {"--appliance", ""}};
  for (int i = 1; i + 1 < count; i += 2) {
    const auto option = options.find(words[i]);
    if (option == options.end()) return usage();
    option->second = words[i + 1];
  }
  for (const auto& [name, value] : options)
    if (value.empty() || count != 11) return usage();
  const Result<Identity> recipient = identity(options["--certificate"], options["--key"]),
                         appliance = identity(options["--appliance"], "");
  if (!recipient || !appliance || !fs::is_directory(options["--in"]) || !fs::is_directory(options["--out"])) {
    fmt::print(stderr, "skranke-enrolment-receiver: {}\n",
               !recipient   ? recipient.error().text()
               : !appliance ? appliance.error().text()
                            : "--in and --out must be folders");
    return 2;
  }
  return receive_all({options["--in"], options["--out"], *recipient, *appliance}) == 0 ? 0 : 1;
}
