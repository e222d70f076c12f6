#include "CKernels.h"

#include <cblas.h>

void sr_sgemm(const float *a, const float *w, float *c, size_t m, size_t n, size_t k, size_t ldc) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)m, (blasint)n, (blasint)k, 1, a, (blasint)k, w,
              (blasint)k, 0, c, (blasint)ldc);
}

void sr_blas_threads(int count) { openblas_set_num_threads(count); }
