#pragma once
// What a program that is not ours says of a picture's quality. Its word, under its own name; ours is own/1 and stays that.
#include <string>

namespace skranke::enrolment {

struct Assessment {
  int value = 0;              ///< 0 to 100
  std::string name, version;  ///< as the program calls itself; 1 to 40 plain letters
  bool operator==(const Assessment&) const = default;
};

}  // namespace skranke::enrolment
