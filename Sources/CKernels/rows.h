// Kernels on rows of floats: norms, activation functions, rotary embedding, conversions, sums of exponentials. Included
// after lanes.h, for each instruction set.

static void rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t n) {
  f32x16 squares = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) squares = multiply_add(load(x + i), load(x + i), squares);
  if (i < n) {
    f32x16 rest = load_part(x + i, n - i, 0);
    squares = multiply_add(rest, rest, squares);
  }
  float factor = 1.0f / sqrtf(sum(squares) / (float)n + epsilon);
  for (i = 0; i + 16 <= n; i += 16) store(load(x + i) * factor * load(weight + i), out + i);
  if (i < n) store_part(load_part(x + i, n - i, 0) * factor * load_part(weight + i, n - i, 0), out + i, n - i);
}

SR_INLINE f32x16 silu(f32x16 x) { return x / (exponential(-x) + 1.0f); }

/// x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) ÷ 2, which is x · sigmoid of twice what the tangent is of.
SR_INLINE f32x16 gelu(f32x16 x) {
  f32x16 inner = multiply_add(x * x * 0.044715f, x, x);
  return x / (exponential(inner * -1.59576912160573071f) + 1.0f);
}

static void silu_multiply(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(silu(load(gate + i)) * load(up + i), gate + i);
  if (i < n) store_part(silu(load_part(gate + i, n - i, 0)) * load_part(up + i, n - i, 0), gate + i, n - i);
}

static void gelu_multiply(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(gelu(load(gate + i)) * load(up + i), gate + i);
  if (i < n) store_part(gelu(load_part(gate + i, n - i, 0)) * load_part(up + i, n - i, 0), gate + i, n - i);
}

/// x · sigmoid(1.702 x) · (y + 1), with x at most 7 and y within 7 of 0.
SR_INLINE f32x16 clamped_swiglu(f32x16 x, f32x16 y) {
  f32x16 limit = (f32x16){0} + 7.0f;
  x = pick(x > limit, limit, x);
  y = pick(y > limit, limit, y);
  y = pick(y < -limit, -limit, y);
  return x / (exponential(x * -1.702f) + 1.0f) * (y + 1.0f);
}

static void clamped_swiglu_multiply(float *gate, const float *up, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(clamped_swiglu(load(gate + i), load(up + i)), gate + i);
  if (i < n) store_part(clamped_swiglu(load_part(gate + i, n - i, 0), load_part(up + i, n - i, 0)), gate + i, n - i);
}

static void sigmoid_multiply(float *x, const float *gate, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(load(x + i) / (exponential(-load(gate + i)) + 1.0f), x + i);
  if (i < n) store_part(load_part(x + i, n - i, 0) / (exponential(-load_part(gate + i, n - i, 0)) + 1.0f), x + i, n - i);
}

static void add(float *x, const float *y, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] += y[i];
}

static void rope(float *x, size_t heads, size_t head_width, size_t rotated, const float *cosines, const float *sines,
                 int neox) {
  size_t pairs = rotated / 2, step = neox ? 1 : 2, distance = neox ? pairs : 1;
  for (size_t head = 0; head < heads; head++, x += head_width) {
    for (size_t i = 0; i < pairs; i++) {
      float first = x[i * step], second = x[i * step + distance];
      x[i * step] = first * cosines[i] - second * sines[i];
      x[i * step + distance] = second * cosines[i] + first * sines[i];
    }
  }
}

static void to_half(const float *x, uint16_t *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store_half(load(x + i), out + i);
  for (; i < n; i++) out[i] = sr_half_from(x[i]);
}

static void from_half(const uint16_t *x, float *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) store(load_half(x + i), out + i);
  for (; i < n; i++) out[i] = sr_half_value(x[i]);
}

static float greatest_of(const float *x, size_t n) {
  f32x16 most = (f32x16){0} - INFINITY;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) most = greater(load(x + i), most);
  if (i < n) most = greater(load_part(x + i, n - i, -INFINITY), most);
  return greatest(most);
}

static float log_sum_exp(const float *x, size_t n) {
  float most = greatest_of(x, n);
  if (most == -INFINITY || most == INFINITY) return most;
  // A vocabulary is long: floats would lose digits, so sixteen sums in double.
  f64x16 total = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) total += __builtin_convertvector(exponential(load(x + i) - most), f64x16);
  if (i < n) {
    total += __builtin_convertvector(exponential(load_part(x + i, n - i, -INFINITY) - most), f64x16);
  }
  double all = 0;
  for (int lane = 0; lane < 16; lane++) all += total[lane];
  return (float)(most + log(all));
}

static double exponentials(const float *x, float most, float factor, float *out, size_t n) {
  f64x16 total = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    f32x16 value = exponential((load(x + i) - most) * factor);
    store(value, out + i);
    total += __builtin_convertvector(value, f64x16);
  }
  if (i < n) {
    f32x16 value = exponential((load_part(x + i, n - i, -INFINITY) - most) * factor);
    store_part(value, out + i, n - i);
    total += __builtin_convertvector(value, f64x16);
  }
  double all = 0;
  for (int lane = 0; lane < 16; lane++) all += total[lane];
  return all;
}
