#pragma once
// A folder of its own for each test, gone with it.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace skranke::auth {

class Folder {
 public:
  Folder() {
    std::string form = testing::TempDir() + "/skranke-auth-XXXXXX";
    if (mkdtemp(form.data()) != nullptr) path_ = form;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace skranke::auth
