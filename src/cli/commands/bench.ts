import type { CommandBody } from '../command.ts';

/**
 * `framelab bench`: the suite in `bench/`, which is there in a checkout. Its own options and help are its own.
 */
export const benchCommand: CommandBody = async (args) => {
  const { bench } = await import('../../../bench/suite/suite.ts');
  return bench(args);
};
