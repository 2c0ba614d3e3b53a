import type { Modules } from './modules.ts';

type Prepare = (error: Error, sites: NodeJS.CallSite[]) => unknown;

/** Where a line of a stack shows a place. */
const PLACE = /((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)(?=\)?$)/;

/** Stacks show the columns of the source: all that take a stack in this thread see it so. */
export function mapStacks(modules: Modules): void {
  const target = Error as unknown as { prepareStackTrace?: Prepare };
  target.prepareStackTrace = (error, sites) => {
    let text = headOf(error);
    for (const site of sites) {
      const line = String(site).replace(PLACE, (_whole, file: string, at: string, column: string) => {
        const place = modules.placeOf(file, Number(at), Number(column));
        return `${place.file}:${place.line}:${place.column}`;
      });
      text += `\n    at ${line}`;
    }
    return text;
  };
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return '<error>';
  }
}
