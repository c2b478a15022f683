// skranke-driver-v4l2 /dev/VIDEO: a camera by plain V4L2.
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "enrolment/drivers/camera.hpp"
#include "enrolment/drivers/drive.hpp"

namespace skranke::enrolment {
namespace {

class LinuxVideo final : public VideoSystem {
 public:
  int open(const char* path) override { return said(::open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)); }
  int control(int fd, unsigned long request, void* argument) override {
    int done = -1;
    do done = ::ioctl(fd, request, argument);
    while (done < 0 && errno == EINTR);
    return said(done);
  }
  std::uint8_t* map(int fd, std::size_t size, std::uint32_t offset) override {
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, static_cast<off_t>(offset));
    return memory == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(memory);
  }
  void unmap(std::uint8_t* memory, std::size_t size) override { ::munmap(memory, size); }
  int wait(int fd, std::chrono::milliseconds patience) override {
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
    if (ready > 0 && (waiting.revents & (POLLERR | POLLHUP)) != 0 && (waiting.revents & POLLIN) == 0) return -ENODEV;
    return said(ready);
  }
  void close(int fd) override { ::close(fd); }

 private:
  static int said(int done) { return done < 0 ? -errno : done; }
};

}  // namespace
}  // namespace skranke::enrolment

int main(int argc, char** argv) {
  using namespace skranke::enrolment;
  static LinuxVideo system;
  return drive(argc, argv, [](const std::string& path, const std::string& /*trust*/) { return Camera::open(path, system); });
}
