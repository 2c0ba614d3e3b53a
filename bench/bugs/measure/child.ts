// One process of the bench: does a task at a time, for whoever started it.
import { runFixed, searchProgram } from './search_program.ts';
import { exploreSound } from './sound_scenario.ts';
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
  }
}
