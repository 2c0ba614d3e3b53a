// One process of the bench: does a task at a time, for whoever started it.
import { searchMutant } from './search_mutant.ts';
import { runFixed, searchProgram } from './search_program.ts';
import { exploreSound } from './sound_scenario.ts';
import { stressMutant } from './stress_mutant.ts';
import type { Answer, Message, Task } from './task.ts';

const send = (message: Message): boolean | undefined => process.send?.(message);

process.on('message', (task: Task) => {
  perform(task).then(
    (answer) => send({ answer }),
    (error: unknown) => send({ error: (error as Error).stack ?? String(error) }),
  );
});

async function perform(task: Task): Promise<Answer> {
  switch (task.kind) {
    case 'search':
      return { kind: 'search', searched: await searchProgram(task.program, task.effort) };
    case 'fixed':
      return { kind: 'fixed', run: await runFixed(task.program, task.strategy, task.cap) };
    case 'sound':
      return { kind: 'sound', run: await exploreSound(task.scenario, task.schedules) };
    case 'mutant':
      return { kind: 'mutant', search: await searchMutant(task.mutant, task.effort) };
    case 'stress':
      return { kind: 'stress', stress: await stressMutant(task.mutant, task.effort) };
  }
}
