// Fork and join on threads that stay. Sizes of work are microseconds, so workers first spin for the next job and
// sleep only when none comes; and the caller never waits for a worker that has not begun, because on a busy machine
// that worker may not run for milliseconds.
#include "CKernels.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/// Nanoseconds that a thread spins before it sleeps: longer than the gaps between the products of a layer, shorter
/// than anyone notices on an idle machine. Before that it offers its core to others.
enum { SPIN_NANOSECONDS = 50000, YIELD_NANOSECONDS = 2000 };

/// `state` is the job's number in the high half, whether it may be joined, and how many workers are in it.
static const uint64_t NEXT_JOB = 1ull << 32, OPEN = 1ull << 31, WORKERS = OPEN - 1;

struct sr_pool {
  _Alignas(64) _Atomic uint64_t state;
  _Alignas(64) _Atomic size_t next;
  // Written by the caller while no worker is in a job and none can join.
  size_t count, grain;
  sr_pool_body body;
  void *context;

  _Alignas(64) atomic_flag in_use;
  _Atomic int sleepers;
  _Atomic int caller_sleeps;
  _Atomic int stopping;
  pthread_mutex_t mutex;
  pthread_cond_t work, done;
  int workers;
  pthread_t threads[];
};

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/// Whether a job other than `seen` may be joined, or the pool ends.
static int has_news(sr_pool *pool, uint64_t seen) {
  uint64_t state = atomic_load(&pool->state);
  return ((state & OPEN) && state / NEXT_JOB != seen) || atomic_load(&pool->stopping);
}

static int is_left(sr_pool *pool, uint64_t unused) {
  (void)unused;
  return (atomic_load(&pool->state) & WORKERS) == 0;
}

static int spin(sr_pool *pool, int (*condition)(sr_pool *, uint64_t), uint64_t argument) {
  int64_t start = nanoseconds(), now = start;
  do {
    for (int i = 0; i < 32; i++) {
      if (condition(pool, argument)) return 1;
      pause_briefly();
    }
    // Whoever is waited for may be waiting for this very core.
    if (now - start > YIELD_NANOSECONDS) sched_yield();
    now = nanoseconds();
  } while (now - start < SPIN_NANOSECONDS);
  return 0;
}

/// Takes parts that grow smaller as the loop nears its end: threads of any speed come to it together.
static void work(sr_pool *pool) {
  size_t shares = 2 * ((size_t)pool->workers + 1);
  size_t begin = atomic_load(&pool->next);
  while (begin < pool->count) {
    size_t rest = pool->count - begin, part = rest / shares / pool->grain * pool->grain;
    if (part < pool->grain) part = pool->grain;
    size_t end = rest > part ? begin + part : pool->count;
    if (!atomic_compare_exchange_weak(&pool->next, &begin, end)) continue;
    pool->body(pool->context, begin, end);
    begin = atomic_load(&pool->next);
  }
}

static void await_news(sr_pool *pool, uint64_t seen) {
  if (spin(pool, has_news, seen)) return;
  pthread_mutex_lock(&pool->mutex);
  // The caller publishes a job and then looks for sleepers; we do it the other way round, so one sees the other.
  atomic_fetch_add(&pool->sleepers, 1);
  while (!has_news(pool, seen)) pthread_cond_wait(&pool->work, &pool->mutex);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->mutex);
}

static void *run_worker(void *argument) {
  sr_pool *pool = argument;
  uint64_t seen = 0;
  for (;;) {
    await_news(pool, seen);
    if (atomic_load(&pool->stopping)) return NULL;
    uint64_t state = atomic_load(&pool->state);
    if (!(state & OPEN) || state / NEXT_JOB == seen) continue;
    if (!atomic_compare_exchange_strong(&pool->state, &state, state + 1)) continue;
    seen = state / NEXT_JOB;
    work(pool);
    state = atomic_fetch_sub(&pool->state, 1) - 1;
    if ((state & WORKERS) == 0 && atomic_load(&pool->caller_sleeps)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static void await_workers(sr_pool *pool) {
  if (spin(pool, is_left, 0)) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->caller_sleeps, 1);
  while (!is_left(pool, 0)) pthread_cond_wait(&pool->done, &pool->mutex);
  atomic_store(&pool->caller_sleeps, 0);
  pthread_mutex_unlock(&pool->mutex);
}

sr_pool *sr_pool_create(int threads) {
  int workers = threads > 1 ? threads - 1 : 0;
  size_t size = sizeof(sr_pool) + (size_t)workers * sizeof(pthread_t);
  sr_pool *pool = aligned_alloc(64, (size + 63) / 64 * 64);
  if (pool == NULL) return NULL;
  atomic_init(&pool->state, 0);
  atomic_init(&pool->next, 0);
  atomic_init(&pool->sleepers, 0);
  atomic_init(&pool->caller_sleeps, 0);
  atomic_init(&pool->stopping, 0);
  atomic_flag_clear(&pool->in_use);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);

  // Workers inherit a full mask: signals belong to the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pool->workers = 0;
  while (pool->workers < workers &&
         pthread_create(&pool->threads[pool->workers], NULL, run_worker, pool) == 0) {
    pool->workers++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return pool;
}

int sr_pool_threads(const sr_pool *pool) { return pool->workers + 1; }

void sr_pool_destroy(sr_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, 1);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->mutex);
  free(pool);
}

void sr_pool_run(sr_pool *pool, size_t count, size_t grain, sr_pool_body body, void *context) {
  if (count == 0) return;
  if (grain == 0) grain = 1;
  if (count <= grain || pool->workers == 0 || atomic_flag_test_and_set(&pool->in_use)) {
    body(context, 0, count);
    return;
  }
  pool->count = count;
  pool->grain = grain;
  pool->body = body;
  pool->context = context;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->state, (atomic_load(&pool->state) / NEXT_JOB + 1) * NEXT_JOB | OPEN);
  if (atomic_load(&pool->sleepers) > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
  }
  work(pool);
  atomic_fetch_and(&pool->state, ~OPEN);
  await_workers(pool);
  atomic_flag_clear(&pool->in_use);
}
