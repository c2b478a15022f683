// The reference receiver as a program: what it takes, what it refuses, and that its receipts let a record be erased.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include <gtest/gtest.h>

#include "enrolment/session.hpp"
#include "tests/unit/enrolment/identities.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

namespace fs = std::filesystem;

std::vector<PackedFile> record(const std::string& id, const std::string& finger = "right_index") {
  const Bytes group = test::load("records/dg3_19794_wsq.bin");
  const Dg3 prints = read_dg3(group).value();
  const auto entry = [&](const std::string& name, const Bytes& file) {
    return R"({"modality":"finger","finger":")" + name + R"(","sha256":")" + sha256_hex(file) + R"("})";
  };
  const std::string manifest = R"({"version":1,"record_id":")" + id + R"(","files":[{"name":"dg3.bin","sha256":")" +
                               sha256_hex(group) + R"("}],"samples":[)" + entry(finger, prints.prints[0].file) + "," +
                               entry("left_index", prints.prints[1].file) + "]}";
  const ByteView bytes = view_of(manifest);
  return {{"manifest.json", {bytes.begin(), bytes.end()}}, {"dg3.bin", group}};
}

class Receiver : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "skranke-receiver-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    fs::create_directory(path_ / "in");
    fs::create_directory(path_ / "out");
    put("authority.pem", authority_.certificate);
    put("authority.key", authority_.key);
    put("appliance.pem", appliance_.certificate);
  }
  void TearDown() override { fs::remove_all(path_); }

  void put(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[nodiscard]] bool there(const std::string& name) const { return fs::exists(path_ / name); }
  std::string drop(const std::string& name, const std::vector<PackedFile>& files, const test::Pems& signer) const {
    const Identity by = Identity::from_pem(signer.certificate, signer.key).value();
    const Sealed sealed =
        seal(files, by, std::vector{Identity::from_pem(authority_.certificate, "").value()}, 1'795'858'200).value();
    put("in/" + name + ".cms", text_of(sealed.envelope));
    return sealed.sha256;
  }
  [[nodiscard]] int run(
      const std::string& options =
          "--in in --out out --certificate authority.pem --key authority.key --appliance appliance.pem") const {
    const int status = std::system(
        ("cd '" + path_.string() + "' && '" SKRANKE_ENROLMENT_RECEIVER "' " + options + " >log 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  fs::path path_;
  static inline const test::Pems authority_ = test::make_identity("rsa2048"), appliance_ = test::make_identity("P-256"),
                                 stranger_ = test::make_identity("P-256");
};

TEST_F(Receiver, OpensChecksKeepsAndAnswers) {
  const std::string digest = drop("one", record("E-1"), appliance_);
  ASSERT_EQ(run(), 0) << get("log");
  EXPECT_TRUE(get("out/E-1/dg3.bin") == text_of(test::load("records/dg3_19794_wsq.bin")));
  struct stat status {};
  ASSERT_EQ(::stat((path_ / "out/E-1/dg3.bin").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const Identity authority = Identity::from_pem(authority_.certificate, "").value();
  const std::string receipt = get("in/one.receipt");
  ASSERT_TRUE(check_receipt(view_of(receipt), authority, "E-1", digest));
  EXPECT_FALSE(check_receipt(view_of(receipt), authority, "E-2", digest));
  fs::remove(path_ / "in/one.receipt");  // lost on the way: asked again, answered again
  ASSERT_EQ(run(), 0) << get("log");
  EXPECT_TRUE(there("in/one.receipt"));
}

TEST_F(Receiver, RefusesWithAReason) {
  drop("stranger", record("E-1"), stranger_);
  drop("mixed", record("E-2", "right_thumb"), appliance_);  // the manifest tells of another finger than the group holds
  drop("escape", record("../E"), appliance_);
  std::vector<PackedFile> other = record("E-3");
  other[1].bytes = test::load("records/dg3_empty.bin");
  drop("other", other, appliance_);
  drop("touched", record("E-4"), appliance_);
  std::string bytes = get("in/touched.cms");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  put("in/touched.cms", bytes);
  put("in/nonsense.cms", "nonsense");
  drop("zfine", record("E-5"), appliance_);
  EXPECT_EQ(run(), 1);
  EXPECT_NE(get("in/stranger.refused").find("signature: "), std::string::npos);
  EXPECT_NE(get("in/mixed.refused").find("right_thumb: not the print that the manifest tells of"), std::string::npos)
      << get("in/mixed.refused");
  EXPECT_NE(get("in/escape.refused").find("record_id"), std::string::npos);
  EXPECT_NE(get("in/other.refused").find("files[0]"), std::string::npos);
  EXPECT_NE(get("in/touched.refused").find("envelope: "), std::string::npos);
  EXPECT_NE(get("in/nonsense.refused").find("envelope: "), std::string::npos);
  EXPECT_TRUE(there("in/zfine.receipt"));  // one bad record does not hold up the next
  EXPECT_TRUE(there("out/E-5/manifest.json"));
  EXPECT_EQ(std::distance(fs::directory_iterator{path_ / "out"}, fs::directory_iterator{}), 1);
}

TEST_F(Receiver, AnotherRecordOfTheSameIdIsNotLaidOverTheFirst) {
  drop("one", record("E-1"), appliance_);
  drop("two", record("E-1"), appliance_);  // sealed anew: other bytes
  EXPECT_EQ(run(), 1);
  EXPECT_TRUE(there("in/one.receipt"));
  EXPECT_NE(get("in/two.refused").find("another record of this id"), std::string::npos);
}

TEST_F(Receiver, SaysHowItIsUsed) {
  EXPECT_EQ(run("--in in"), 2);
  EXPECT_NE(get("log").find("usage:"), std::string::npos);
  EXPECT_EQ(run("--in in --out out --certificate authority.pem --key appliance.pem --appliance appliance.pem"), 2);
  EXPECT_NE(get("log").find("key: "), std::string::npos) << get("log");
  EXPECT_EQ(run("--in nowhere --out out --certificate authority.pem --key authority.key --appliance appliance.pem"), 2);
}

}  // namespace
}  // namespace skranke::enrolment
