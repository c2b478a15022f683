// skranke-driver-file FOLDER: a folder of pictures for a device. For demos and tests.
#include "enrolment/drivers/drive.hpp"
#include "enrolment/drivers/folder.hpp"

int main(int argc, char** argv) {
  using namespace skranke::enrolment;
  return drive(argc, argv, [](const std::string& folder, const std::string& /*trust*/) -> Result<std::unique_ptr<Device>> { return folder_device(folder); });
}
