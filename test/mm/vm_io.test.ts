import { describe, expect, test } from 'vitest';
import { VmReader, VmWriter } from '#src/mm/io/vm_io.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Ram } from '#src/mm/ram.js';
import { code } from './error_code.ts';

describe('VmReader and VmWriter', () => {
  test('values are little-endian and move the cursor', () => {
    const buffer = new Uint8Array(8);
    const writer = VmWriter.from(buffer);
    writer.writeVal('u32', 0xdeadbeef);
    writer.writeVal('u32', 0xfeedc0de);
    expect(buffer).toEqual(Uint8Array.of(0xef, 0xbe, 0xad, 0xde, 0xde, 0xc0, 0xed, 0xfe));
    const reader = VmReader.from(buffer);
    expect(reader.readVal('u32')).toBe(0xdeadbeef);
    expect(reader.readVal('u32')).toBe(0xfeedc0de);
    expect([reader.hasRemain, writer.hasAvail]).toEqual([false, false]);
  });

  test.each([
    ['u64', 0xaabb_ccdd_eeff_0011n],
    ['i64', -1n],
    ['f64', Math.E],
    ['f32', -0.25],
    ['i16', -3],
    ['bool', true],
    ['paddr', 2 ** 40],
  ] as const)('a %s comes back', (kind, value) => {
    const buffer = new Uint8Array(8);
    VmWriter.from(buffer).writeVal(kind, value as never);
    expect(VmReader.from(buffer).readVal(kind)).toBe(value);
  });

  test('a value beyond the end is invalid and moves nothing', () => {
    const buffer = new Uint8Array(3);
    const writer = VmWriter.from(buffer);
    expect(() => writer.writeVal('u32', 1)).toThrow(code('InvalidArgs'));
    expect(() => writer.writeVal('u8', 256)).toThrow(code('InvalidArgs'));
    const reader = VmReader.from(buffer);
    expect(() => reader.readVal('u32')).toThrow(code('InvalidArgs'));
    expect([writer.avail, reader.remain]).toEqual([3, 3]);
    expect(buffer).toEqual(new Uint8Array(3));
  });

  test('slices go from one to the other, as far as both reach', () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5);
    const buffer = new Uint8Array(5);
    expect(VmWriter.from(buffer).write(VmReader.from(data))).toBe(5);
    expect(buffer).toEqual(data);
    const short = new Uint8Array(3);
    const reader = VmReader.from(data);
    expect(reader.read(VmWriter.from(short))).toBe(3);
    expect(short).toEqual(Uint8Array.of(1, 2, 3));
    expect(reader.remain).toBe(2);
    expect(reader.collect()).toEqual(Uint8Array.of(4, 5));
    expect(reader.read(new Uint8Array(1))).toBe(0);
  });

  test('skip and limit', () => {
    const data = Uint8Array.of(10, 20, 30, 40, 50);
    const target = new Uint8Array(3);
    expect(VmReader.from(data).skip(2).read(target)).toBe(3);
    expect(target).toEqual(Uint8Array.of(30, 40, 50));
    const limited = VmReader.from(data).limit(3);
    expect(limited.remain).toBe(3);
    expect(limited.read(new Uint8Array(5))).toBe(3);
    expect(limited.read(new Uint8Array(1))).toBe(0);
    const buffer = new Uint8Array(5);
    expect(VmWriter.from(buffer).skip(2).write(data)).toBe(3);
    expect(buffer).toEqual(Uint8Array.of(0, 0, 10, 20, 30));
    const writer = VmWriter.from(buffer).limit(2);
    expect(writer.avail).toBe(2);
    expect(writer.write(data)).toBe(2);
    expect(VmReader.from(data).limit(99).remain).toBe(5);
    expect(() => VmReader.from(data).skip(6)).toThrow(code('OutOfBound'));
    expect(() => VmReader.from(data).skip(-1)).toThrow(code('OutOfBound'));
    expect(() => VmReader.from(data).limit(Number.NaN)).toThrow(code('InvalidArgs'));
  });

  test('fills', () => {
    const buffer = new Uint8Array(10_000).fill(1);
    const writer = VmWriter.from(buffer);
    expect(writer.skip(1).fillZeros(8)).toBe(8);
    expect([...buffer.subarray(0, 10)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(writer.fill(7)).toBe(9991);
    expect(writer.fillZeros(5)).toBe(0);
    expect(buffer.subarray(9).every((byte) => byte === 7)).toBe(true);
    expect(() => writer.fill(256)).toThrow(code('InvalidArgs'));
  });

  test('fills and copies no byte more than it says, whatever room there is', () => {
    const buffer = new Uint8Array(10_000).fill(1);
    expect(VmWriter.from(buffer).fillZeros(5000)).toBe(5000);
    expect(buffer.indexOf(1)).toBe(5000);
    const writer = VmWriter.from(buffer);
    expect(writer.write(VmReader.from(new Uint8Array(6000).fill(2)))).toBe(6000);
    expect(writer.avail).toBe(4000);
    expect(buffer.lastIndexOf(2)).toBe(5999);
  });

  test('copies between two places in RAM', () => {
    const ram = new Ram(Ram.allocate(16 * PAGE_SIZE), 16 * PAGE_SIZE);
    const size = 3 * PAGE_SIZE + 17;
    const source = Uint8Array.from({ length: size }, (_, i) => i % 251);
    new VmWriter(ram, 5, size).write(source);
    expect(new VmWriter(ram, 8 * PAGE_SIZE + 3, size).write(new VmReader(ram, 5, size))).toBe(size);
    expect(new VmReader(ram, 8 * PAGE_SIZE + 3, size).collect()).toEqual(source);
  });

  test('crosses from one gigabyte of RAM into the next', ({ skip }) => {
    const size = 2 ** 30 + 2 * PAGE_SIZE;
    let ram: Ram;
    try {
      ram = new Ram(Ram.allocate(size), size);
    } catch (error) {
      return skip(`this host gives no ${size} bytes: ${(error as Error).message}`);
    }
    const data = Uint8Array.from({ length: 2 * PAGE_SIZE }, (_, i) => i % 251);
    const start = 2 ** 30 - PAGE_SIZE;
    expect(new VmWriter(ram, start, data.length).write(data)).toBe(data.length);
    expect(new VmReader(ram, start, data.length).collect()).toEqual(data);
    ram.zero(start + 8, PAGE_SIZE * 2 - 16);
    const after = new VmReader(ram, start, data.length).collect();
    expect(after.subarray(8, -8).every((byte) => byte === 0)).toBe(true);
    expect(after.at(-1)).toBe(data.at(-1));
  });
});
