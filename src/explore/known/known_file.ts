import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import { show } from '../../platform/options_check.ts';
import { makeFolder, writeWholeFile } from '../../platform/write_file.ts';
import type { KnownFinding } from '../../results/known_report.ts';
import type { SourceText } from '../replay/places.ts';

const FORMAT = 'framelab-known';
const VERSION = 1;

/** Where known findings are, unless another file is named. */
export const KNOWN_FILE = '.framelab/known.json';

/** @throws `Usage` if the file cannot be read, is another kind of file, or lists what is no finding */
export function readKnownFile(file: string): KnownFinding[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LabError('Usage', `${file} cannot be read as known findings: ${(cause as Error).message}`, {
      cause,
    });
  }
  const { format, version, findings } = (content ?? {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION || !Array.isArray(findings)) {
    throw new LabError(
      'Usage',
      `${file} is no list of known findings: it must have the format "${FORMAT}", the version ${VERSION} and a list of findings`,
    );
  }
  return findings.map((finding, i) => requireFinding(finding, `${file}: findings[${i}]`));
}

/** The findings of a file; none where there is no such file. */
export function readKnownFileIfThere(file: string): KnownFinding[] {
  return existsSync(file) ? readKnownFile(file) : [];
}

function requireFinding(value: unknown, where: string): KnownFinding {
  const { scenario, verdict, site, cause, reason, ...others } = (value ?? {}) as Record<string, unknown>;
  const refuse = (name: string, given: unknown, allowed: string): never => {
    throw new LabError('Usage', `${where}: ${name} is ${show(given)}; allowed: ${allowed}`);
  };
  const isText = (given: unknown): boolean => typeof given === 'string' && given !== '';
  for (const [name, given] of Object.entries({ scenario, verdict, reason })) {
    if (!isText(given)) refuse(name, given, 'a text that is not empty');
  }
  if (cause !== undefined && !isText(cause)) refuse('cause', cause, 'the name of a cause');
  const isSite = (line: unknown): boolean =>
    isText((line as SourceText | null)?.file) && isText((line as SourceText | null)?.text);
  if (!Array.isArray(site) || !site.every(isSite)) refuse('site', site, 'a list of { file, text }');
  if ((site as unknown[]).length === 0 && cause === undefined) {
    refuse(
      'site',
      site,
      'at least one line where there is no cause: every finding of this verdict would be known',
    );
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new LabError('Usage', `${where}: there is no field ${show(unknown)}`);
  return value as KnownFinding;
}

/**
 * Writes known findings, whole or not at all, one a line in a stable order: the file is meant to be committed, and to be
 * merged line by line.
 *
 * @throws `NotWritten`
 */
export function writeKnownFile(file: string, findings: readonly KnownFinding[]): void {
  const lines = findings.map(lineOf).sort();
  const list = lines.length === 0 ? '[]' : `[\n  ${lines.join(',\n  ')}\n ]`;
  makeFolder(dirname(file));
  writeWholeFile(file, `{\n "format": "${FORMAT}",\n "version": ${VERSION},\n "findings": ${list}\n}\n`);
}

function lineOf({ scenario, verdict, site, cause, reason }: KnownFinding): string {
  const lines = site.map(({ file, text }) => ({ file, text }));
  return JSON.stringify({ scenario, verdict, site: lines, cause, reason });
}

/** A scenario as the file names it. @param url of the scenario */
export function scenarioIn(file: string, url: string): string {
  return pathIn(file, fileURLToPath(url)) + new URL(url).search;
}

/** A path as the file names it, with `/` on every system. */
export function pathIn(file: string, path: string): string {
  return relative(dirname(resolve(file)), path)
    .split(sep)
    .join('/');
}
