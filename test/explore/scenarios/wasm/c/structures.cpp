// A Treiber stack, a barrier, and a reader-writer lock in C++, with a constructor that fills the stack. BUG: the stack frees and
// takes up nodes again at once (ABA); the barrier's last thread lets the others go before it has begun anew; the writer gives the
// lock back twice.
#define EXPORT extern "C" __attribute__((visibility("default")))

template <class T> class Atomic {
  T value;

 public:
  constexpr Atomic(T begin = {}) : value(begin) {}
  T load() { return __atomic_load_n(&value, __ATOMIC_ACQUIRE); }
  void store(T to) { __atomic_store_n(&value, to, __ATOMIC_RELEASE); }
  bool replace(T &seen, T to) {
    return __atomic_compare_exchange_n(&value, &seen, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  }
  T add(T more) { return __atomic_fetch_add(&value, more, __ATOMIC_ACQ_REL); }
  void wait(T seen) { __builtin_wasm_memory_atomic_wait32((int *)&value, seen, -1); }
  void wake() { __builtin_wasm_memory_atomic_notify((int *)&value, -1); }
};

// --- a stack of 3 nodes, with a count of changes beside the top in one word of 64 bits ---

struct Node {
  Atomic<int> next;
};
Node nodes[4];
Atomic<unsigned long long> top;

static int nodeOf(unsigned long long word) { return (int)(word & 0xffffffff); }
static unsigned long long changed(unsigned long long seen, int node) {
#ifdef BUG
  return (unsigned)node;
#else
  return ((seen >> 32) + 1) << 32 | (unsigned)node;
#endif
}

/** A node, or 0. */
EXPORT int pop() {
  unsigned long long seen = top.load();
  while (nodeOf(seen) != 0) {
    if (top.replace(seen, changed(seen, nodes[nodeOf(seen)].next.load()))) return nodeOf(seen);
  }
  return 0;
}

EXPORT void push(int node) {
  unsigned long long seen = top.load();
  do nodes[node].next.store(nodeOf(seen));
  while (!top.replace(seen, changed(seen, node)));
}

struct Filled {
  Filled() {
    for (int node = 3; node > 0; node--) push(node);
  }
} filled;

// --- a barrier that is used again ---

Atomic<int> arrived;
Atomic<int> phase;
int parts[4];

static void meet(int threads) {
  int now = phase.load();
  if (arrived.add(1) == threads - 1) {
#ifdef BUG
    phase.store(now + 1);
    phase.wake();
    arrived.store(0);
#else
    arrived.store(0);
    phase.store(now + 1);
    phase.wake();
#endif
    return;
  }
  while (phase.load() == now) phase.wait(now);
}

/** The sum of what all threads wrote, in two rounds. */
EXPORT int sum(int index, int threads) {
  int all = 0;
  for (int round = 0; round < 2; round++) {
    parts[index] = index + 1;
    meet(threads);
    if (round == 1)
      for (int i = 0; i < threads; i++) all += parts[i];
  }
  return all;
}

// --- a reader-writer lock: -1 is a writer, else so many readers ---

Atomic<int> state;
int pair[2];

EXPORT int same() {
  for (;;) {
    int seen = state.load();
    if (seen >= 0 && state.replace(seen, seen + 1)) break;
  }
  bool are = pair[0] == pair[1];
  state.add(-1);
  return are;
}

EXPORT void change() {
  int seen = 0;
  while (!state.replace(seen, -1)) seen = 0;
  pair[0]++;
#ifdef BUG
  state.store(0);
#endif
  pair[1]++;
  state.store(0);
}
