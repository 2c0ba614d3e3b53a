import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Machine } from '#src/machine/machine.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { VmReader, VmWriter } from '#src/mm/io/vm_io.js';
import { code } from './error_code.ts';

const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
const frame = () => new FrameAllocOptions(machine).allocFrame();

describe('one access to one value', () => {
  test.each([
    ['u8', 255],
    ['i8', -128],
    ['u16', 65_535],
    ['i16', -3],
    ['u32', 0xdeadbeef],
    ['i32', -2],
    ['u64', 0xaabb_ccdd_eeff_0011n],
    ['i64', -1n],
    ['f32', -0.25],
    ['f64', Math.E],
    ['bool', true],
    ['paddr', 2 ** 40],
  ] as const)('a %s comes back, lies as writeVal puts it, and moves the cursor', (kind, value) => {
    const page = frame();
    page.writeOnce(64, kind, value as never);
    expect(page.readOnce(64, kind)).toBe(value);
    expect(page.readVal(64, kind)).toBe(value);
    const [before, after] = [new Uint8Array(1), new Uint8Array(1)];
    page.readBytes(63, before);
    const size = { 8: 1, 16: 2, 32: 4, 64: 8 }[Number(/\d+$/.exec(kind)?.[0])] ?? (kind === 'bool' ? 1 : 8);
    page.readBytes(64 + size, after);
    expect([before[0], after[0]]).toEqual([0, 0]);
    const writer = page.writer();
    writer.writeOnce(kind, value as never);
    const reader = page.reader();
    reader.readOnce(kind);
    expect([4096 - writer.avail, 4096 - reader.remain]).toEqual([size, size]);
    page.drop();
  });

  test('is refused where it is not aligned, beyond the end, or does not fit, and nothing moves', () => {
    const page = frame();
    const bad = expect.objectContaining({ code: 'InvalidArgs' });
    expect(() => page.readOnce(2, 'u32')).toThrow(bad);
    expect(() => page.writeOnce(4, 'u64', 1n)).toThrow(bad);
    expect(() => page.writeOnce(0, 'u8', 256)).toThrow(bad);
    expect(() => page.readOnce(4093, 'u32')).toThrow(bad);
    expect(() => page.atomicCompareExchange(1, 'u32', 0, 1)).toThrow(bad);
    expect(() => page.atomicLoad(0, 'u16' as never)).toThrow(bad);
    expect(() => page.atomicCompareExchange(0, 'i32', 0, 2 ** 31)).toThrow(bad);
    const reader = page.reader().limit(3);
    expect(() => reader.readOnce('u32')).toThrow(bad);
    expect(reader.remain).toBe(3);
    expect(page.reader().collect()).toEqual(new Uint8Array(4096));
    const late = page.reader();
    page.drop();
    expect(() => late.readOnce('u32')).toThrow(code('UseAfterDrop'));
    expect(() => late.atomicLoad('u32')).toThrow(code('UseAfterDrop'));
  });

  test('also of ordinary bytes, but not of memory that can only be copied', () => {
    const bytes = new Uint8Array(8);
    VmWriter.from(bytes).writeOnce('u32', 7);
    expect(VmReader.from(bytes).readOnce('u32')).toBe(7);
    expect(VmReader.from(bytes).atomicLoad('u32')).toBe(7);
    const copied = { read: () => undefined, write: () => undefined };
    expect(() => new VmReader(copied, 0, 8).readOnce('u32')).toThrow(code('InvalidArgs'));
  });

  test('a compare-exchange says what was there, and stays where it is', () => {
    const page = frame();
    const writer = page.writer();
    expect(writer.atomicCompareExchange('i64', 0n, -5n)).toBe(0n);
    expect(writer.atomicCompareExchange('i64', 0n, 9n)).toBe(-5n);
    expect(writer.avail).toBe(4096);
    const reader = page.reader();
    expect([reader.atomicLoad('i64'), reader.atomicLoad('i64')]).toEqual([-5n, -5n]);
    expect(reader.remain).toBe(4096);
    expect(page.atomicCompareExchange(8, 'u32', 0, 0xffff_ffff)).toBe(0);
    expect(page.atomicLoad(8, 'u32')).toBe(0xffff_ffff);
    page.drop();
  });

  test('two threads count up by compare-exchange, and lose nothing', async () => {
    const page = frame();
    const rounds = 20_000;
    const own = (name: string) => new URL(`../../dist/src/${name}`, import.meta.url).href;
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      Promise.all([import(${JSON.stringify(own('mm/ram.js'))}), import(${JSON.stringify(own('mm/io/vm_io.js'))})]).then(([{ Ram }, { VmReader, VmWriter }]) => {
        const ram = new Ram({ ram: workerData.ram }, workerData.ram.byteLength);
        const reader = new VmReader(ram, workerData.at, 4);
        const writer = new VmWriter(ram, workerData.at, 4);
        for (let i = 0; i < workerData.rounds; i++) {
          for (let seen = reader.atomicLoad('u32'); ; ) {
            const found = writer.atomicCompareExchange('u32', seen, seen + 1);
            if (found === seen) break;
            seen = found;
          }
        }
        parentPort.postMessage('done');
      });`;
    const workerData = { ram: machine.handle.ram, at: page.paddr, rounds };
    const workers = [0, 1].map(() => new Worker(source, { eval: true, workerData }));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    await Promise.all(workers.map((worker) => worker.terminate()));
    expect(page.atomicLoad(0, 'u32')).toBe(2 * rounds);
    page.drop();
  });
});

describe('slices', () => {
  test('of any type go in and come back as they lie in memory', () => {
    const page = frame();
    const doubles = Float64Array.of(1.5, -2, Math.PI);
    page.writeSlice(12, doubles);
    const back = new Float64Array(3);
    page.readSlice(12, back);
    expect(back).toEqual(doubles);
    expect(page.readVal(20, 'f64')).toBe(-2);
    // A part of an array is that part alone.
    const words = Uint32Array.of(1, 2, 3, 4);
    page.writeSlice(100, words.subarray(1, 3));
    expect([page.readVal(100, 'u32'), page.readVal(104, 'u32'), page.readVal(108, 'u32')]).toEqual([2, 3, 0]);
    page.drop();
  });

  test('that do not fit are refused whole', () => {
    const page = frame();
    expect(() => page.writeSlice(4090, Uint32Array.of(1, 2))).toThrow(code('InvalidArgs'));
    expect(() => page.readSlice(0, [1] as never)).toThrow(code('InvalidArgs'));
    expect(page.reader().collect()).toEqual(new Uint8Array(4096));
    page.drop();
  });

  test('a part can be zeroed', () => {
    const page = frame();
    page.writer().fill(0xff);
    page.fillZeros(8, 16);
    const all = page.reader().collect();
    expect([all[7], all[8], all[23], all[24]]).toEqual([0xff, 0, 0, 0xff]);
    for (const [offset, size] of [
      [4090, 8],
      [0, 1.5],
      [-1, 1],
    ]) {
      expect(() => page.fillZeros(offset, size)).toThrow(code('InvalidArgs'));
    }
    page.drop();
  });
});
