// A spin lock around a plain counter, and a queue for many producers and one consumer (Vyukov's, of nodes), without std.
// cfg split: the lock is taken by a load and a store. cfg late: a node is published before its value is there.
#![no_std]
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::*};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    const fn new(value: T) -> Self {
        SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    fn with<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        if cfg!(split) {
            while self.locked.load(Acquire) {}
            self.locked.store(true, Relaxed);
        } else {
            while self.locked.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() {
                while self.locked.load(Relaxed) {
                    core::hint::spin_loop();
                }
            }
        }
        let result = change(unsafe { &mut *self.value.get() });
        self.locked.store(false, Release);
        result
    }
}

static COUNTER: SpinLock<u32> = SpinLock::new(0);

#[no_mangle]
pub extern "C" fn increment() {
    COUNTER.with(|count| *count += 1);
}

#[no_mangle]
pub extern "C" fn count() -> u32 {
    COUNTER.with(|count| *count)
}

struct Node {
    next: AtomicPtr<Node>,
    value: UnsafeCell<u32>,
}

unsafe impl Sync for Node {}

struct Queue {
    head: AtomicPtr<Node>,
    tail: UnsafeCell<*mut Node>,
}

unsafe impl Sync for Queue {}

const NODE: Node = Node { next: AtomicPtr::new(null_mut()), value: UnsafeCell::new(0) };
static NODES: [Node; 8] = [NODE; 8];
static USED: AtomicUsize = AtomicUsize::new(1);
static QUEUE: Queue = Queue {
    head: AtomicPtr::new(&NODES[0] as *const _ as *mut _),
    tail: UnsafeCell::new(&NODES[0] as *const _ as *mut _),
};

impl Queue {
    fn publish(&self, node: *mut Node) {
        let previous = self.head.swap(node, AcqRel);
        unsafe { (*previous).next.store(node, Release) };
    }

    fn push(&self, value: u32) {
        let node = &NODES[USED.fetch_add(1, Relaxed)];
        let pointer = node as *const _ as *mut _;
        if cfg!(late) {
            self.publish(pointer);
        }
        unsafe { *node.value.get() = value };
        if cfg!(not(late)) {
            self.publish(pointer);
        }
    }

    /// 0 if it is empty.
    fn pop(&self) -> u32 {
        unsafe {
            let next = (**self.tail.get()).next.load(Acquire);
            if next.is_null() {
                return 0;
            }
            *self.tail.get() = next;
            *(*next).value.get()
        }
    }
}

#[no_mangle]
pub extern "C" fn push(value: u32) {
    QUEUE.push(value);
}

#[no_mangle]
pub extern "C" fn pop() -> u32 {
    QUEUE.pop()
}
