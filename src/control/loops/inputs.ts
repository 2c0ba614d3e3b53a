/** How often a thread has read what is not memory. A loop that does may end by itself although memory stays as it is. */
export class Inputs {
  /** Readings of a clock. */
  clock = 0;
  /** Random numbers drawn. */
  draws = 0;
}
