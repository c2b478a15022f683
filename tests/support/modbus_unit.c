/* A unit on Modbus, by libmodbus' own server: for tests of what asks it.
 *
 *   modbus_unit tcp PORT UNIT | modbus_unit rtu DEVICE UNIT
 *
 * Says "ready PORT" once it listens, then a line for each write it took: "register N VALUE" or "coil N VALUE". Hears on its standard input: "input N 0|1" (and says "seen" once that was asked for), "mute 0|1"
 * (hears everything and answers nothing), and ends with it. Registers 0 to 99, coils and inputs 0 to 49: others are refused as a real unit does. */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { registers = 100, bits = 50 };

static modbus_t* unit;
static modbus_mapping_t* mapping;
static int mute, fresh_input = -1;

static void tell_changes(uint16_t* told_registers, uint8_t* told_coils) {
  for (int i = 0; i < registers; ++i)
    if (told_registers[i] != mapping->tab_registers[i]) printf("register %d %d\n", i, told_registers[i] = mapping->tab_registers[i]);
  for (int i = 0; i < bits; ++i)
    if (told_coils[i] != mapping->tab_bits[i]) printf("coil %d %d\n", i, told_coils[i] = mapping->tab_bits[i]);
}

/* False at its end. */
static int hear_words(void) {
  static char line[80];
  static size_t length = 0;
  char c;
  if (read(STDIN_FILENO, &c, 1) != 1) return 0;
  if (c != '\n') {
    if (length + 1 < sizeof line) line[length++] = c;
    return 1;
  }
  line[length] = 0;
  length = 0;
  int number = 0, value = 0;
  if (sscanf(line, "input %d %d", &number, &value) == 2 && number >= 0 && number < bits) {
    mapping->tab_input_bits[number] = (uint8_t)value;
    fresh_input = number;
  }
  if (sscanf(line, "mute %d", &value) == 1) mute = value;
  printf("done %s\n", line);
  return 1;
}

/* False when the connection is over. */
static int answer_one(void) {
  static uint16_t told_registers[registers];
  static uint8_t told_coils[bits];
  uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
  const int length = modbus_receive(unit, query);
  if (length < 0) return errno == EMBBADCRC || errno == EMBBADDATA || errno == ETIMEDOUT;   /* noise on the line */
  if (length == 0 || mute) return 1;   /* another unit's */
  modbus_reply(unit, query, length, mapping);
  const uint8_t* question = query + modbus_get_header_length(unit);
  const int first = question[1] << 8 | question[2], count = question[3] << 8 | question[4];
  if (question[0] == MODBUS_FC_READ_DISCRETE_INPUTS && first + count <= bits && first <= fresh_input && fresh_input < first + count) {
    puts("seen");
    fresh_input = -1;
  }
  tell_changes(told_registers, told_coils);
  return 1;
}

static int listen_on(int port) {
  const int listener = modbus_tcp_listen(unit, 4);
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  if (listener < 0 || getsockname(listener, (struct sockaddr*)&at, &size) != 0) {
    fprintf(stderr, "port %d: %s\n", port, modbus_strerror(errno));
    exit(1);
  }
  printf("ready %d\n", ntohs(at.sin_port));
  return listener;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  const int tcp = strcmp(argv[1], "tcp") == 0;
  unit = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2])) : modbus_new_rtu(argv[2], 19200, 'E', 8, 1);
  mapping = modbus_mapping_new(bits, bits, registers, 0);
  modbus_set_slave(unit, atoi(argv[3]));
  int listener = -1, line = -1;
  if (tcp) {
    listener = listen_on(atoi(argv[2]));
  } else {
    if (modbus_connect(unit) != 0) return 1;
    line = modbus_get_socket(unit);
    puts("ready 0");
  }
  for (;;) {
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(STDIN_FILENO, &ready);
    if (line >= 0) FD_SET(line, &ready);
    if (line < 0 && listener >= 0) FD_SET(listener, &ready);
    if (select((line > listener ? line : listener) + 1, &ready, NULL, NULL, NULL) < 0) return 1;
    if (FD_ISSET(STDIN_FILENO, &ready) && !hear_words()) return 0;
    if (line >= 0 && FD_ISSET(line, &ready)) {
      if (!answer_one()) {
        if (!tcp) return 1;
        close(line);
        line = -1;
      }
    } else if (listener >= 0 && FD_ISSET(listener, &ready)) {
      line = modbus_tcp_accept(unit, &listener);
    }
  }
}
