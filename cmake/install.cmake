# What `cmake --install` and the Debian package put where.
include(GNUInstallDirs)
option(SKRANKE_INSTALL_UNITS "Install systemd units, user and folders (the Debian package brings its own)" ON)

foreach(program skranked skrankectl skranke-print-ticket skranke-sim skranke-agent skranke-screen skranke-capture-door)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endforeach()

install(TARGETS skranke-enrolment-worker skranke-driver-file skranke-driver-evdev skranke-driver-far skranke-driver-libfprint skranke-driver-v4l2 skranke-driver-wsbd skranke-wsbd-example skranke-quality-example RUNTIME DESTINATION libexec/skranke)
install(DIRECTORY "${ENROLMENT_MODELS}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/skranke/models" OPTIONAL FILES_MATCHING PATTERN "*.tflite" PATTERN "*.binarypb")
install(FILES "${CMAKE_SOURCE_DIR}/enrolment/quality/example.cpp" DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" RENAME skranke-quality-example.cpp)
install(FILES "${CMAKE_SOURCE_DIR}/enrolment/wsbd/example.cpp" DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples" RENAME skranke-wsbd-example.cpp)
install(DIRECTORY "${CMAKE_SOURCE_DIR}/examples/enrolment" DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")

foreach(section 1 5 8)
  file(GLOB pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.${section}")
  install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man${section}")
endforeach()

install(FILES "${CMAKE_SOURCE_DIR}/packaging/completion/skrankectl" "${CMAKE_SOURCE_DIR}/packaging/completion/skranke-sim" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${CMAKE_SOURCE_DIR}/examples/skranked.toml" DESTINATION "${CMAKE_INSTALL_FULL_SYSCONFDIR}/skranke")
install(FILES "${CMAKE_SOURCE_DIR}/examples/borgerservice.toml" "${CMAKE_SOURCE_DIR}/systemd/skranke-device-printer.conf"
  "${CMAKE_SOURCE_DIR}/examples/agent.toml" "${CMAKE_SOURCE_DIR}/examples/door.toml" "${CMAKE_SOURCE_DIR}/examples/line-board-ascii.toml"
  "${CMAKE_SOURCE_DIR}/examples/line-board-qsystem.toml" "${CMAKE_SOURCE_DIR}/examples/line-board-qsystem-desk.toml"
  "${CMAKE_SOURCE_DIR}/examples/modbus-board.toml" "${CMAKE_SOURCE_DIR}/examples/modbus-digits.toml"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")
install(FILES "${CMAKE_SOURCE_DIR}/systemd/waiting.html" DESTINATION "${CMAKE_INSTALL_DATADIR}/skranke-screen")
install(FILES "${CMAKE_SOURCE_DIR}/examples/screen.conf" DESTINATION "${CMAKE_INSTALL_FULL_SYSCONFDIR}/skranke-screen")
install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/docs/openapi.yaml" "${CMAKE_SOURCE_DIR}/docs/ENROLMENT.md" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

if(SKRANKE_INSTALL_UNITS)
  set(units lib/systemd)   # below the prefix: /usr/lib/systemd, where Debian 12 and 13 both look
  install(FILES "${CMAKE_SOURCE_DIR}/systemd/skranked.service" "${CMAKE_SOURCE_DIR}/systemd/skranked.socket"
    "${CMAKE_SOURCE_DIR}/systemd/skranke-agent.service" "${CMAKE_SOURCE_DIR}/systemd/skranke-screen.service" "${CMAKE_SOURCE_DIR}/systemd/skranke-screen-reboot.path" DESTINATION "${units}/system")
  foreach(device camera finger pen)
    install(FILES "${CMAKE_SOURCE_DIR}/systemd/skranke-${device}.socket" "${CMAKE_SOURCE_DIR}/systemd/skranke-${device}@.service" DESTINATION "${units}/system")
  endforeach()
  install(FILES "${CMAKE_SOURCE_DIR}/systemd/skranke-capture-door.socket" "${CMAKE_SOURCE_DIR}/systemd/skranke-capture-door.service" DESTINATION "${units}/system")
  install(FILES "${CMAKE_SOURCE_DIR}/systemd/sysusers.d/skranke.conf" "${CMAKE_SOURCE_DIR}/systemd/sysusers.d/skranke-agent.conf"
    "${CMAKE_SOURCE_DIR}/systemd/sysusers.d/skranke-screen.conf" "${CMAKE_SOURCE_DIR}/systemd/sysusers.d/skranke-capture.conf" DESTINATION lib/sysusers.d)
  install(FILES "${CMAKE_SOURCE_DIR}/systemd/udev/60-skranke-gpio.rules" "${CMAKE_SOURCE_DIR}/systemd/udev/60-skranke-capture.rules" DESTINATION lib/udev/rules.d)
  install(FILES "${CMAKE_SOURCE_DIR}/systemd/tmpfiles.d/skranke.conf" "${CMAKE_SOURCE_DIR}/systemd/tmpfiles.d/skranke-agent.conf" "${CMAKE_SOURCE_DIR}/systemd/tmpfiles.d/skranke-capture.conf" DESTINATION lib/tmpfiles.d)
endif()
