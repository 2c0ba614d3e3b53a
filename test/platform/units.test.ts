import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, parseBytes, parseDuration } from '#src/platform/units.js';

describe('parseBytes', () => {
  test.each([
    ['0', 0],
    ['4096', 4096],
    ['64MiB', 64 * 2 ** 20],
    ['640 KiB', 640 * 1024],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['2TiB', 2 ** 41],
    ['12B', 12],
    ['0x9fc00', 0x9fc00],
    [' 1KiB ', 1024],
  ])('reads %j', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  test.each([
    '',
    'MiB',
    '-1',
    '1MB',
    '1mib',
    '1.5',
    '0.3KiB',
    '1e3',
    '0x',
    '1 MiB x',
    'NaN',
    '9007199254740993',
    '99999999TiB',
  ])('refuses %j', (text) => {
    expect(() => parseBytes(text)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
  });
});

describe('parseDuration', () => {
  test.each([
    ['10s', 10e9],
    ['1.5s', 1.5e9],
    ['1.005us', 1005],
    ['50us', 50_000],
    ['50µs', 50_000],
    ['250ms', 250e6],
    ['7ns', 7],
    ['2m', 120e9],
    ['1h', 3600e9],
  ])('reads %j', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  test.each(['', '10', 's', '-1s', '1.5ns', '1 sec', '1e3s', '10S'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
  });
});

test('sizes and durations are written in the largest fitting unit', () => {
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(1023)).toBe('1023 B');
  expect(formatBytes(64 * 1024)).toBe('64 KiB');
  expect(formatBytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
  expect(formatDuration(480)).toBe('480 ns');
  expect(formatDuration(1_500_000)).toBe('1.5 ms');
  expect(formatDuration(10e9)).toBe('10 s');
});
