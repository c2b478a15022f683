#pragma once
// Assertions about our own bugs: on in release builds, they end the process before anything wrong is written or shown.
namespace skranke::core {
[[noreturn]] void broken(const char* truth, const char* file, int line);
}
#define SKRANKE_TRUTH(condition) ((condition) ? static_cast<void>(0) : ::skranke::core::broken(#condition, __FILE__, __LINE__))
