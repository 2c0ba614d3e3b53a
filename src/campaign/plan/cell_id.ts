import { basename } from 'node:path';
import { moduleQuery } from '../../platform/module_path.ts';

/** Gives cells ids that people can read, each once: of a scenario's name, or a workload's, and how it is run. */
export class CellIds {
  private readonly taken = new Set<string>();

  of(subject: string, how: readonly string[]): string {
    const name = basename(subject.replace(/\?.*$/s, '')) + moduleQuery(subject);
    // No colon: a queue takes them as names of jobs.
    const plain = [name, ...how].map((part) => part.replace(/[^\w.=&?+-]/g, '_')).join('~');
    let id = plain;
    for (let i = 2; this.taken.has(id); i++) id = `${plain}.${i}`;
    this.taken.add(id);
    return id;
  }
}
