import type { Cell } from './plan.ts';

/** How much a cell holds, for people: `30 slices of 45,000 schedules`. */
export function slicesText(cell: Cell): string {
  const slices = `${cell.slices} ${cell.slices === 1 ? 'slice' : 'slices'}`;
  if (cell.kind === 'run') return `${slices} of ${count(cell.options.operations ?? 0)} operations a worker`;
  const { schedules, shares } = cell;
  if (shares === true) return `a search in ${cell.slices} shares of up to ${count(schedules)} schedules`;
  return `${slices} of ${count(schedules)} schedules`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
