// What is sealed opens with the right key and no other, here and by OpenSSL's own program; a touched byte is known.
#include "enrolment/seal.hpp"

#include <unistd.h>

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/unit/enrolment/identities.hpp"
#include "tests/unit/enrolment/support.hpp"

namespace skranke::enrolment {
namespace {

using test::make_identity;
using test::Pems;

constexpr std::int64_t now_is = 1'795'858'200;

const Pems& pems(const std::string& name) {
  static const std::map<std::string, Pems> made{
      {"appliance", make_identity("P-256")},  {"other appliance", make_identity("P-256")},
      {"rsa", make_identity("rsa2048")},      {"curve", make_identity("P-384")},
      {"stranger", make_identity("rsa2048")}, {"curve stranger", make_identity("P-384")}};
  return made.at(name);
}
Identity identity(const std::string& name) {
  return Identity::from_pem(pems(name).certificate, pems(name).key).value();
}
Identity public_only(const std::string& name) { return Identity::from_pem(pems(name).certificate, "").value(); }

std::vector<PackedFile> files() {
  return {{"manifest.json", Bytes(777, '{')},
          {"dg2.bin", test::load("records/dg2_19794_jpeg.bin")},
          {"dg3.bin", test::load("records/dg3_19794_wsq.bin")},
          {"signature.png", {}}};
}
Sealed sealed_for(const std::string& name, const std::vector<PackedFile>& packed) {
  return seal(packed, identity("appliance"), std::vector{public_only(name)}, now_is).value();
}
template <class T>
std::string why(const Result<T>& result) {
  return result ? "taken" : result.error().where;
}

TEST(Seal, OpensForItsRecipientAndNoOther) {
  for (const auto& [right, wrong_one] :
       {std::pair{"rsa", "stranger"}, {"curve", "curve stranger"}, {"rsa", "curve"}, {"curve", "rsa"}}) {
    const Sealed sealed = sealed_for(right, files());
    EXPECT_TRUE(open_sealed(sealed.envelope, identity(right), public_only("appliance")).value() == files());
    EXPECT_EQ(why(open_sealed(sealed.envelope, identity(wrong_one), public_only("appliance"))), "envelope")
        << wrong_one;
    EXPECT_EQ(why(open_sealed(sealed.envelope, public_only(right), public_only("appliance"))), "envelope");
    EXPECT_EQ(sealed.sha256, sha256_hex(sealed.envelope));
  }
}

TEST(Seal, WhileACertificateIsReplacedBothOpen) {
  const std::vector both{public_only("rsa"), public_only("curve")};
  const Sealed sealed = seal(files(), identity("appliance"), both, now_is).value();
  EXPECT_TRUE(open_sealed(sealed.envelope, identity("rsa"), public_only("appliance")));
  EXPECT_TRUE(open_sealed(sealed.envelope, identity("curve"), public_only("appliance")));
  EXPECT_FALSE(open_sealed(sealed.envelope, identity("stranger"), public_only("appliance")));
  EXPECT_FALSE(seal(files(), identity("appliance"), {}, now_is));
}

TEST(Seal, ItMustBeThisApplianceThatSigned) {
  const Sealed sealed = sealed_for("rsa", files());
  EXPECT_EQ(why(open_sealed(sealed.envelope, identity("rsa"), public_only("other appliance"))), "signature");
  EXPECT_FALSE(
      seal(files(), public_only("appliance"), std::vector{public_only("rsa")}, now_is));  // no key, no signature
}

TEST(Seal, EveryTouchedByteIsKnown) {
  const std::vector<PackedFile> small{{"manifest.json", Bytes(40, 'x')}};
  for (const char* name : {"rsa", "curve"}) {
    const Sealed sealed = sealed_for(name, small);
    const Identity recipient = identity(name), signer = public_only("appliance");
    ASSERT_TRUE(open_sealed(sealed.envelope, recipient, signer));
    // Each byte of the shell; of what is encrypted every eleventh.
    for (std::size_t at = 0; at<sealed.envelope.size(); at += at> 500 && at + 40 < sealed.envelope.size() ? 11 : 1) {
      Bytes touched = sealed.envelope;
      touched[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
      EXPECT_FALSE(open_sealed(touched, recipient, signer)) << name << " byte " << at;
    }
    for (std::size_t length = 0; length < sealed.envelope.size(); length += 13)
      EXPECT_FALSE(open_sealed(ByteView{sealed.envelope}.first(length), recipient, signer)) << length;
  }
}

TEST(Seal, TheSameRecordTwiceIsDifferentBytes) {
  EXPECT_NE(sealed_for("rsa", files()).sha256, sealed_for("rsa", files()).sha256);
}

TEST(Seal, NothingPlainIsInTheEnvelope) {
  const std::vector<PackedFile> marked{{"manifest.json", Bytes(5000, 0xA7)}};
  const Bytes envelope = sealed_for("rsa", marked).envelope;
  const Bytes pattern(8, 0xA7);
  EXPECT_EQ(std::search(envelope.begin(), envelope.end(), pattern.begin(), pattern.end()), envelope.end());
  EXPECT_EQ(text_of(envelope).find("manifest"), std::string::npos);
}

/// A folder of its own for what OpenSSL's program reads and writes.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "skranke-seal-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void put(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[nodiscard]] int run(const std::string& command) const {
    return std::system(("cd '" + path_.string() + "' && ( " + command + " ) >out.txt 2>&1").c_str());
  }

 private:
  std::filesystem::path path_;
};

TEST(Seal, OpenSslsOwnProgramOpensIt) {
  const Folder folder;
  ASSERT_EQ(folder.run("openssl version"), 0) << "the test needs OpenSSL's program";
  folder.put("appliance.pem", pems("appliance").certificate);
  for (const auto& [right, wrong_one] : {std::pair{"rsa", "stranger"}, {"curve", "curve stranger"}}) {
    const Sealed sealed = sealed_for(right, files());
    folder.put("envelope.cms", text_of(sealed.envelope));
    folder.put("right.pem", pems(right).certificate + pems(right).key);
    folder.put("wrong.pem", pems(wrong_one).certificate + pems(wrong_one).key);
    const std::string decrypt = "openssl cms -decrypt -binary -inform DER -in envelope.cms -out signed.der -recip ";
    ASSERT_EQ(folder.run(decrypt + "right.pem"), 0) << right << folder.get("out.txt");
    ASSERT_EQ(folder.run("openssl cms -verify -binary -inform DER -in signed.der -noverify -nointern -certfile "
                         "appliance.pem -out record.tar"),
              0)
        << folder.get("out.txt");
    EXPECT_TRUE(unpack(view_of(folder.get("record.tar"))).value() == files());
    ASSERT_EQ(folder.run("tar -xf record.tar && cat dg2.bin dg3.bin > both"), 0)
        << folder.get("out.txt");  // and any tar unpacks it
    EXPECT_TRUE(folder.get("both") == text_of(files()[1].bytes) + text_of(files()[2].bytes));
    EXPECT_NE(folder.run(decrypt + "wrong.pem"), 0) << wrong_one;
    Bytes touched = sealed.envelope;
    touched[touched.size() / 2] ^= 1U;
    folder.put("envelope.cms", text_of(touched));
    EXPECT_NE(folder.run(decrypt + "right.pem"), 0) << right;
  }
}

TEST(Recipient, MustBeThePinnedOneWithinItsTime) {
  const Identity recipient = public_only("rsa");
  const std::int64_t now = ::time(nullptr);
  const auto says = [](const Result<void>& result) { return result ? std::string{"fine"} : result.error().what; };
  EXPECT_EQ(says(check_recipient(recipient, recipient.pin(), now)), "fine");
  EXPECT_NE(says(check_recipient(recipient, public_only("stranger").pin(), now)).find("pinned is"), std::string::npos);
  EXPECT_EQ(says(check_recipient(recipient, recipient.pin(), now - 7200)), "the certificate is not valid yet");
  EXPECT_EQ(says(check_recipient(recipient, recipient.pin(), recipient.expires())), "the certificate has expired");
  EXPECT_EQ(says(check_recipient(recipient, recipient.pin(), recipient.expires() - 5)), "fine");
  const auto of = [&](const Pems& pem) {
    const Identity one = Identity::from_pem(pem.certificate, "").value();
    return says(check_recipient(one, one.pin(), now));
  };
  EXPECT_EQ(of(make_identity("rsa1024")), "an RSA key of less than 2,048 bits");
  EXPECT_EQ(of(make_identity("ED25519")), "neither an RSA key nor one of a curve");
  EXPECT_EQ(of(make_identity("rsa2048", 5, "digitalSignature")), "the certificate is not for encrypting");
  EXPECT_EQ(of(make_identity("rsa2048", 5, "keyEncipherment")), "fine");
  EXPECT_EQ(of(make_identity("P-256", 5, "keyAgreement")), "fine");
}

TEST(Recipient, PinStaysWhenTheCertificateIsRenewed) { EXPECT_EQ(public_only("rsa").pin().size(), 64U); }

TEST(Recipient, BrokenPemsAreRefused) {
  EXPECT_EQ(why(Identity::from_pem("", "")), "certificate");
  EXPECT_EQ(why(Identity::from_pem(pems("rsa").key, "")), "certificate");
  EXPECT_EQ(why(Identity::from_pem(pems("rsa").certificate, "nonsense")), "key");
  EXPECT_EQ(why(Identity::from_pem(pems("rsa").certificate, pems("stranger").key)), "key");
}

Receipt receipt_of(const std::string& digest) { return {"E-20261128-7", digest, "2026-11-28T09:30:00Z"}; }

TEST(Receipts, OnlyThisRecipientsForThisRecordAndTheseBytes) {
  const std::string digest = sha256_hex(Bytes(3, 1));
  const Bytes signed_receipt = sign_receipt(receipt_of(digest), identity("rsa")).value();
  EXPECT_EQ(check_receipt(signed_receipt, public_only("rsa"), "E-20261128-7", digest).value(), receipt_of(digest));
  EXPECT_EQ(why(check_receipt(signed_receipt, public_only("stranger"), "E-20261128-7", digest)), "receipt");
  EXPECT_EQ(why(check_receipt(signed_receipt, public_only("rsa"), "E-20261128-8", digest)), "receipt: record_id");
  EXPECT_EQ(why(check_receipt(signed_receipt, public_only("rsa"), "E-20261128-7", sha256_hex(Bytes(3, 2)))),
            "receipt: envelope_sha256");
  std::size_t taken = 0;
  const Identity recipient = public_only("rsa");
  for (std::size_t at = 0; at < signed_receipt.size(); ++at) {
    Bytes touched = signed_receipt;
    touched[at] ^= 0x10U;
    const auto receipt = check_receipt(touched, recipient, "E-20261128-7", digest);
    if (receipt) {
      EXPECT_EQ(*receipt, receipt_of(digest));
    }
    taken += receipt ? 1 : 0;  // what is said is signed; what lies around it need not be
  }
  EXPECT_LT(taken, signed_receipt.size() / 2);
  EXPECT_FALSE(check_receipt(Bytes(30'000), public_only("rsa"), "E", digest));
}

TEST(Receipts, OnesThatSayNothingAreRefused) {
  EXPECT_EQ(why(sign_receipt({"", sha256_hex({}), "2026-11-28T09:30:00Z"}, identity("rsa"))), "receipt: record_id");
  EXPECT_EQ(why(sign_receipt({"a b", sha256_hex({}), "2026-11-28T09:30:00Z"}, identity("rsa"))), "receipt: record_id");
  EXPECT_EQ(why(sign_receipt({"a", "XYZ", "2026-11-28T09:30:00Z"}, identity("rsa"))), "receipt: envelope_sha256");
  EXPECT_EQ(why(sign_receipt({"a", sha256_hex({}), "today"}, identity("rsa"))), "receipt: received_at");
}

TEST(Tar, RefusesWhatIsNotOurs) {
  const Bytes good = pack(files(), now_is).value();
  EXPECT_TRUE(unpack(good).value() == files());
  const auto broken = [&](std::size_t at, std::uint8_t value) {
    Bytes tar = good;
    tar[at] = value;
    return unpack(tar) ? "taken" : unpack(tar).error().what;
  };
  EXPECT_EQ(broken(0, '/'), "a header whose sum is wrong");
  EXPECT_EQ(broken(124, '7'), "a header whose sum is wrong");
  EXPECT_EQ(broken(512 + 777, 1), "ends too early, or padded with something");
  EXPECT_EQ(broken(good.size() - 1, 1), "something after its end");
  EXPECT_FALSE(unpack(ByteView{good}.first(good.size() - 512)));
  EXPECT_FALSE(pack(std::vector<PackedFile>{{"../up", {}}}, now_is));
  EXPECT_FALSE(pack(std::vector<PackedFile>{{"a", {}}, {"a", {}}}, now_is));
  EXPECT_FALSE(pack(std::vector<PackedFile>(17, {"a", {}}), now_is));
  EXPECT_FALSE(pack(std::vector<PackedFile>{{"a", Bytes(packed_bytes_max + 1)}}, now_is));
}

TEST(Wipe, LeavesNothing) {
  Bytes bytes(100, 0x5A);
  const std::uint8_t* at = bytes.data();
  bytes.reserve(100);
  wipe(bytes);
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(std::count(at, at + 100, 0x5A), 0);  // the room is still the vector's
}

}  // namespace
}  // namespace skranke::enrolment
