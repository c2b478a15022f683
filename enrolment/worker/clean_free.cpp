// Memory that is given back is overwritten first, whoever gives it back: our own code, and the codecs, OpenSSL and containers that hold copies of what was taken and would
// leave them lying in the heap. Linked into the programs that see samples, where it takes the place of the C library's own.
#include <cstdlib>
#include <cstring>

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SKRANKE_MEMORY_IS_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SKRANKE_MEMORY_IS_WATCHED
#endif
#endif

#ifndef SKRANKE_MEMORY_IS_WATCHED   // a sanitizer takes that place itself

extern "C" {

void __libc_free(void* memory);   // NOLINT: the C library's own, by its own name

void free(void* memory) noexcept {
  if (memory == nullptr) return;
  ::explicit_bzero(memory, ::malloc_usable_size(memory));
  __libc_free(memory);
}

/// Never inside the C library: it would move the bytes and leave the old ones.
void* realloc(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return std::malloc(size);
  if (size == 0) return free(memory), nullptr;
  const std::size_t had = ::malloc_usable_size(memory);
  if (size <= had) return memory;
  void* more = std::malloc(size);
  if (more == nullptr) return nullptr;
  std::memcpy(more, memory, had);
  free(memory);
  return more;
}
}

#endif
