#pragma once
// What the system and C libraries lend us, given back by itself.
#include <utility>

#include <unistd.h>

namespace skranke {

/// For std::unique_ptr: gives back with the library's own function.
template <auto Close>
struct Closer {
  template <class T>
  void operator()(T* handle) const noexcept { Close(handle); }
};

/// An owned file descriptor; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept { return std::swap(fd_, other.fd_), *this; }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace skranke
