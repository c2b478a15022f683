#include "devices/modbus_link.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <modbus/modbus.h>

namespace skranke::devices {
namespace {

struct Free {
  void operator()(modbus_t* context) const noexcept {
    modbus_close(context);
    modbus_free(context);
  }
};

Fault fault_of(int error) {
  switch (error) {
    case ETIMEDOUT: return Fault::no_answer;
    case EMBBADCRC: case EMBBADDATA: case EMBBADEXC: case EMBUNKEXC: case EMBMDATA: case EMBBADSLAVE: return Fault::garbled;
    case EMBXILFUN: case EMBXILADD: case EMBXILVAL: return Fault::refused;
    case EMBXGTAR: return Fault::no_answer;   // a gateway: the unit behind it does not answer
    case ENOENT: case ENXIO: case ENODEV: case EIO: case EBADF: case EPIPE:
    case ECONNREFUSED: case ECONNRESET: case EHOSTUNREACH: case ENETUNREACH: return Fault::gone;
    case EACCES: case EPERM: return Fault::denied;
    case EBUSY: return Fault::taken;
    default: return Fault::broken;
  }
}

/// An exception is an answer like another: the unit lives and the line is in step.
bool is_answer(int error) { return error > MODBUS_ENOBASE && error < EMBBADCRC; }

char parity_letter(Parity parity) { return parity == Parity::even ? 'E' : parity == Parity::odd ? 'O' : 'N'; }

std::string name_of(const ModbusBus& bus) { return bus.device.empty() ? fmt::format("{} port {}", bus.host, bus.port) : bus.device; }

}  // namespace

struct ModbusLink::Context {
  std::unique_ptr<modbus_t, Free> modbus;
  std::string name;
  bool serial = false;
};

ModbusLink::ModbusLink(std::unique_ptr<Context> context) : context_{std::move(context)} {}
ModbusLink::~ModbusLink() = default;

LineResult<std::unique_ptr<ModbusLink>> ModbusLink::open(const ModbusBus& bus) {
  auto context = std::make_unique<Context>();
  context->name = name_of(bus);
  context->serial = !bus.device.empty();
  const SerialSettings& serial = bus.serial;
  context->modbus.reset(context->serial ? modbus_new_rtu(bus.device.c_str(), static_cast<int>(serial.baud), parity_letter(serial.parity), static_cast<int>(serial.data_bits), static_cast<int>(serial.stop_bits))
                                        : modbus_new_tcp_pi(bus.host.c_str(), fmt::format("{}", bus.port).c_str()));
  modbus_t* modbus = context->modbus.get();
  if (modbus == nullptr) return tl::unexpected{LineFault{Fault::broken, fmt::format("{}: {}", context->name, modbus_strerror(errno))}};
  const auto wait_us = static_cast<std::uint32_t>(std::chrono::microseconds{bus.answer_within}.count());
  modbus_set_response_timeout(modbus, wait_us / 1'000'000, wait_us % 1'000'000);
  modbus_set_byte_timeout(modbus, 0, 100'000);   // within a frame; a garbled one must end, too
  if (modbus_connect(modbus) != 0) {
    const int error = errno;
    return tl::unexpected{LineFault{fault_of(error), fmt::format("{}: {}", context->name, modbus_strerror(error))}};
  }
  if (context->serial) static_cast<void>(modbus_rtu_set_serial_mode(modbus, MODBUS_RTU_RS485));   // drivers that know RS-485 switch their sender; others need nothing
  return std::unique_ptr<ModbusLink>{new ModbusLink{std::move(context)}};
}

void ModbusLink::address(unsigned unit) {
  modbus_set_slave(context_->modbus.get(), static_cast<int>(unit));
  if (context_->serial) modbus_flush(context_->modbus.get());   // an answer that came too late is not the answer to this
}

tl::unexpected<LineFault> ModbusLink::failed(unsigned unit) {
  const int error = errno;
  // On TCP a late answer would be taken for the next one's, and a line that is closed stays closed; an RTU line is only in step after a pause, which the time out was.
  usable_ = is_answer(error) || (context_->serial && fault_of(error) != Fault::gone);
  return tl::unexpected{LineFault{fault_of(error), fmt::format("{}, unit {}: {}", context_->name, unit, modbus_strerror(error))}};
}

LineResult<void> ModbusLink::write(unsigned unit, std::uint16_t first, const std::vector<std::uint16_t>& values) {
  address(unit);
  modbus_t* modbus = context_->modbus.get();
  const int count = static_cast<int>(values.size());
  const int written = count == 1 ? modbus_write_register(modbus, first, values.front()) : modbus_write_registers(modbus, first, count, values.data());
  if (written != count) return failed(unit);
  return {};
}

LineResult<void> ModbusLink::set_coil(unsigned unit, std::uint16_t coil, bool on) {
  address(unit);
  if (modbus_write_bit(context_->modbus.get(), coil, on ? 1 : 0) != 1) return failed(unit);
  return {};
}

LineResult<std::vector<bool>> ModbusLink::read_inputs(unsigned unit, std::uint16_t first, std::size_t count) {
  address(unit);
  std::vector<std::uint8_t> bits(count);
  if (modbus_read_input_bits(context_->modbus.get(), first, static_cast<int>(count), bits.data()) != static_cast<int>(count)) return failed(unit);
  return std::vector<bool>(bits.begin(), bits.end());
}

}  // namespace skranke::devices
