#!/usr/bin/env bash
# Builds the modules of this folder: C by clang (14 was used) with wasm-ld, AssemblyScript by asc (0.28) where ASC names it. What is
# planted in AssemblyScript is chosen by a global that the scenario gives.
# The modules are committed, so that nobody needs either of them to run the tests.
set -euo pipefail
cd "$(dirname "$0")"

# Their addresses are what names words.
data=(lock counter mutex sequence ready seen cells tail head turn wide data out payload from to)

c() { # OUTPUT SOURCE [-D...]
  local output=$1 source=$2
  shift 2
  plain "$output" "$source" "$@" \
    -Wl,--export-if-defined=__stack_pointer,--export-if-defined=__tls_size,--export-if-defined=__tls_align \
    -Wl,--export-if-defined=__tls_base,--export-if-defined=__wasm_init_tls,--export-if-defined=__heap_base,--export-if-defined=__wasm_call_ctors \
    "${data[@]/#/-Wl,--export-if-defined=}"
}

plain() { # OUTPUT SOURCE [OPTION...]: exports nothing that the linker must be told
  local output=$1 source=$2
  shift 2
  local language=(-std=c11)
  [[ $source != *.cpp ]] || language=(-std=c++17 -fno-exceptions -fno-rtti)
  clang --target=wasm32 "${language[@]}" -O1 -g -nostdlib -matomics -mbulk-memory -mmutable-globals -ftls-model=local-exec \
    -ffile-prefix-map="$PWD/c=." -fdebug-compilation-dir=. "$@" -o "$output" "c/$source" \
    -Wl,--no-entry,--export-dynamic,--import-memory,--shared-memory,--initial-memory=65536,--max-memory=262144,-z,stack-size=4096
}

c spin.wasm spin.c
c spin-split.wasm spin.c -DSPLIT
c mutex.wasm mutex.c
c mutex-no-notify.wasm mutex.c -DNO_NOTIFY
c condition.wasm condition.c
c condition-lost.wasm condition.c -DLOST
c queue.wasm queue.c
c queue-early.wasm queue.c -DEARLY
c queue-racy.wasm queue.c -DRACY
c races.wasm races.c -msimd128
c structures.wasm structures.cpp
c structures-bug.wasm structures.cpp -DBUG
plain structures-command.wasm structures.cpp
plain stack.wasm stack.c
plain stack-local.wasm stack.c -DTLS

# Rust by rustc (1.63), with a libcore.rlib in the folder that RUST_CORE names, which was compiled with the same target features (cargo
# does it by -Z build-std=core).
rust() { # OUTPUT [OPTION...]
  local output=$1
  shift
  "${RUSTC:-rustc}" --edition 2021 --crate-type cdylib --target wasm32-unknown-unknown -C panic=abort -C opt-level=1 -C debuginfo=1 \
    -C target-feature=+atomics,+bulk-memory,+mutable-globals -L "$RUST_CORE" -C linker=wasm-ld --remap-path-prefix="$PWD/rust=." \
    -C link-arg=--import-memory -C link-arg=--shared-memory -C link-arg=--max-memory=262144 -C link-arg=-zstack-size=4096 \
    "$@" "$PWD/rust/shared.rs" -o "$output"
}

if [ -n "${RUST_CORE:-}" ]; then
  rust rust.wasm
  rust rust-split.wasm --cfg split
  rust rust-late.wasm --cfg late
fi

[ -n "${ASC:-}" ] || exit 0
sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT
for source in lock queue; do
  # Called .as here, for it is no TypeScript.
  cp "as/$source.as" "$sources/$source.ts"
  (cd "$sources" && "$ASC" "$source.ts" --outFile "$OLDPWD/as-$source.wasm" -O2 --runtime stub --enable threads --sharedMemory --importMemory \
    --initialMemory 1 --maximumMemory 4 --debug)
done
