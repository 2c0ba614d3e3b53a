import { expect, test } from 'vitest';
import { printable, printableLine } from '#src/platform/printable.js';

test('what a terminal would act on is written out; what people write stays', () => {
  expect(printable('\x1b[2J\x1b]0;title\x07')).toBe('\\u001b[2J\\u001b]0;title\\u0007');
  expect(printable('back\b \x7f \x9b31m \r over')).toBe('back\\u0008 \\u007f \\u009b31m \\u000d over');
  expect(printable('\u202egnp.exe \u2066 \u2028')).toBe('\\u202egnp.exe \\u2066 \\u2028');
  const fine = 'two lines:\n\tüñï 漢字 👩‍👩‍👧 "quoted" \\u0041\r\nend';
  expect(printable(fine)).toBe(fine);
  expect(printableLine('a\nb\r\nc\x1b')).toBe('a\\nb\\nc\\u001b');
});

test('JSON means the same afterwards', () => {
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
  const text = printable(JSON.stringify({ all, [all]: 1 }, undefined, 1));
  expect(JSON.parse(text)).toEqual({ all, [all]: 1 });
  expect(/(?!\n)\p{Cc}/u.test(text)).toBe(false);
});
