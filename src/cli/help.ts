import type { Command, CommandDefinition, CommandGroup } from './command.ts';
import { ENDINGS, type Ending } from './exit_codes.ts';
import { type OptionSpec, placeholder, rangeText } from './option_kinds.ts';
import type { OptionSpecs } from './options.ts';

const WIDTH = 98;
/** A longer option has its text on the next line. */
const LEFT_MAX = 30;

/** `--help` of the tool. */
export function toolHelp(commands: readonly Command[]): string {
  return `Usage: framelab COMMAND [options]

A concurrency stress lab: a kernel's frame allocator in one SharedArrayBuffer, and threads that
hammer it. And an explorer, which runs code that shares memory under many interleavings.

${commandList(commands)}

  framelab COMMAND --help   about a command
  framelab --version        the version
`;
}

/** `--help` of a word before several commands. */
export function groupHelp({ name, about, below }: CommandGroup): string {
  return `Usage: framelab ${name} COMMAND [options]

${wrapped(about, WIDTH).join('\n')}

${commandList(below)}

  framelab ${name} COMMAND --help   about a command
`;
}

function commandList(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n');
}

/** `--help` of a command. */
export function commandHelp(name: string, definition: CommandDefinition): string {
  const { usage, about, options, groups = {}, examples = [], endings } = definition;
  const calls = usage.map((rest, i) => `${i === 0 ? 'Usage: ' : '       '}framelab ${name} ${rest}`);
  const grouped = Object.values(groups).flatMap((specs) => Object.keys(specs));
  const others = Object.entries(options).filter(([option]) => !grouped.includes(option));
  const titled = Object.entries(groups).map(([title, specs]) => {
    const known = Object.keys(specs).filter((option) => Object.hasOwn(options, option));
    return [title, Object.fromEntries(known.map((option) => [option, options[option]]))] as const;
  });
  const sections = [['Options', Object.fromEntries(others)] as const, ...titled].filter(
    ([, specs]) => Object.keys(specs).length > 0,
  );
  const width = leftWidth(options);
  const parts = [
    calls.join('\n'),
    ...about
      .trim()
      .split(/\n\s*\n/)
      .map((paragraph) => wrapped(paragraph, WIDTH).join('\n')),
    ...sections.map(([title, specs]) => `${title}:\n${optionLines(specs, width)}`),
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.map((line) => `  ${line}`).join('\n')}`]),
    `Exit codes:\n${endingLines(endings)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function optionLines(specs: OptionSpecs, width: number): string {
  const indent = ' '.repeat(width + 4);
  return Object.entries(specs)
    .map(([name, spec]) => {
      const left = leftOf(name, spec);
      const lines = wrapped(describe(spec), WIDTH - indent.length);
      const first = left.length > width ? `  ${left}\n${indent}` : `  ${left.padEnd(width)}  `;
      return first + lines.join(`\n${indent}`);
    })
    .join('\n');
}

function leftWidth(specs: OptionSpecs): number {
  const widths = Object.entries(specs).map(([name, spec]) => leftOf(name, spec).length);
  return Math.max(...widths.filter((width) => width <= LEFT_MAX));
}

function leftOf(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const value = placeholder(spec);
  if (spec.kind === 'text' && spec.bare !== undefined) return `${short}--${name}[=${value}]`;
  return `${short}--${name}${value === null ? '' : ` ${value}`}`;
}

/** What it is, its range, its default. */
function describe(spec: OptionSpec): string {
  const facts = [
    rangeText(spec),
    spec.also === undefined ? null : `--${spec.also} is the same`,
    spec.default === undefined ? null : `default: ${spec.default}`,
  ].filter((fact) => fact !== null);
  return facts.length === 0 ? spec.help : `${spec.help} (${facts.join('; ')})`;
}

function endingLines(endings: CommandDefinition['endings']): string {
  const all = Object.entries(ENDINGS) as [Ending, (typeof ENDINGS)[Ending]][];
  return all
    .filter(([ending]) => endings[ending] !== undefined)
    .map(([ending, { code, means }]) => {
      const own = endings[ending];
      return `  ${`${code}`.padStart(3)}  ${wrapped(own === true ? means : `${own}`, WIDTH - 7).join('\n       ')}`;
    })
    .join('\n');
}

/** A text wrapped into lines of at most that many characters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
