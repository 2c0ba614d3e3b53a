import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../dist/bench/soak/main.js');

function soak(...args: string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
}

test('a short soak finds no drift, and writes its page', () => {
  const output = join(mkdtempSync(join(tmpdir(), 'soak-')), 'soak.md');
  const { status, stdout } = soak('--minutes', '0.2', '--output', output);
  expect(stdout).toContain('**Nothing drifted**');
  expect(status).toBe(0);
  const page = readFileSync(output, 'utf8');
  expect(page).toBe(stdout);
  const figure = (name: string) =>
    Number(new RegExp(`\\| ${name} \\| ([\\d,]+) \\|`).exec(page)?.[1].replaceAll(',', ''));
  expect(figure('operations')).toBeGreaterThan(0);
  expect(figure('deaths')).toBeGreaterThan(0);
  expect(figure('recovered')).toBe(figure('deaths'));
});

test('a soak of no time is refused', () => {
  const { status, stderr } = soak('--minutes', '0');
  expect(status).toBe(2);
  expect(stderr).toMatch(/--minutes '0': must be a number from 0\.01 to 1440/);
});
