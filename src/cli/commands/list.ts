import { allocatorTypes, DEFAULT_ALLOCATOR } from '../../allocators/registry.ts';
import { DEFAULT_WORKLOAD } from '../../lab/run/run_options.ts';
import { workloads } from '../../lab/workloads/registry.ts';
import { MEMORY_MAP_PRESETS } from '../../mm/boot/memory_map.ts';
import { LabError } from '../../platform/error.ts';
import { DEFAULT_LOCK_KIND, lockKinds, missingLockKinds } from '../../sync/registry.ts';
import { EXIT_OK } from '../command.ts';
import { type OptionSpecs, oneOf, optionLines, parseOptions } from '../options.ts';

const OPTIONS: OptionSpecs = {
  json: { help: 'as JSON' },
  help: { short: 'h', help: 'this text' },
};

const KINDS = ['workloads', 'allocators', 'locks', 'maps'] as const;
type Kind = (typeof KINDS)[number];

const HELP = `Usage: framelab list [${KINDS.join('|')}]

Lists what \`framelab run\` can be told to use.

${optionLines(OPTIONS)}
`;

/** `framelab list`. */
export function listCommand(args: readonly string[]): number {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const [kind, ...more] = given.positionals;
  if (more.length > 0) throw new LabError('Usage', `list takes one of ${KINDS.join(', ')}`);
  const kinds = kind === undefined ? KINDS : [oneOf('list', kind, KINDS)];
  const things = Object.fromEntries(kinds.map((name) => [name, thingsOf(name)]));
  process.stdout.write(given.has('json') ? `${JSON.stringify(things, null, 2)}\n` : asText(things));
  return EXIT_OK;
}

interface Thing {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** False where it needs a package that is not installed. */
  readonly available: boolean;
}

function thingsOf(kind: Kind): Thing[] {
  switch (kind) {
    case 'workloads':
      return described(workloads(), DEFAULT_WORKLOAD);
    case 'allocators':
      return described(allocatorTypes(), DEFAULT_ALLOCATOR);
    case 'locks':
      return [
        ...described(lockKinds(), DEFAULT_LOCK_KIND),
        ...described(missingLockKinds(), '').map((lock) => ({ ...lock, available: false })),
      ];
    case 'maps':
      return described(MEMORY_MAP_PRESETS, 'small');
  }
}

function described(
  things: Iterable<{ readonly name: string; readonly description: string }>,
  usual: string,
): Thing[] {
  return Array.from(things, ({ name, description }) => ({
    name,
    description,
    isDefault: name === usual,
    available: true,
  }));
}

function asText(things: Record<string, Thing[]>): string {
  const width = Math.max(...Object.values(things).flatMap((list) => list.map((thing) => thing.name.length)));
  return Object.entries(things)
    .map(([kind, list]) => {
      const lines = list.map(({ name, description, isDefault, available }) => {
        const note = isDefault ? ' (default)' : available ? '' : ' (not installed)';
        return `  ${name.padEnd(width)}  ${description}${note}`;
      });
      return `${kind}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}
