#include "CKernels.h"

#if defined(__x86_64__)
#define SR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SR_CLONES
#endif

SR_CLONES uint64_t sr_read(const uint64_t *x, size_t n, size_t ahead) {
  enum { LINE = 8, LINES = 8 };
  uint64_t folded = 0;
  size_t i = 0;
  for (; i + LINES * LINE <= n; i += LINES * LINE) {
    for (size_t line = 0; line < LINES * LINE && ahead > 0; line += LINE) __builtin_prefetch(x + i + ahead + line);
    for (size_t j = 0; j < LINES * LINE; j++) folded ^= x[i + j];
  }
  for (; i < n; i++) folded ^= x[i];
  return folded;
}
