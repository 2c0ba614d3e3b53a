// Decides when the rate of a thread is steady. A thread in a virtual machine runs fast only once it is compiled, and a
// fixed time or number of operations is too short for one program and wasted on another. Georges, Buytaert and Eeckhout
// ("Statistically Rigorous Java Performance Evaluation", OOPSLA 2007) go on until the coefficient of variation over a
// window of the latest measurements is small. That needs an otherwise idle machine: at a load of 35 on two cores, half
// of the threads never got below 2 %. Here the medians of the two halves of the window are compared: that tolerates
// single disturbed measurements and still sees a trend. Barrett et al. ("Virtual Machine Warmup Blows Hot and Cold",
// OOPSLA 2017) show that some programs never become steady, and some become slower: so a change either way counts, the
// wait is bounded, and the result says if a worker did not become steady.

/** Rates in each half. With fewer, the test can pass by chance while a rate still rises: see docs/reports.md. */
const HALF = 6;
/** The share by which the medians may differ. A wider one, for noisy rates, would end the warm-up while they rise. */
const TOLERANCE = 0.05;
/** How often in a row the test must pass. */
const IN_A_ROW = 2;

/** Takes the rates of a thread one after another, and says whether they have become steady. */
export class Steadiness {
  private readonly rates: number[] = [];
  private inARow = 0;
  private wasSteady = false;

  add(rate: number): void {
    this.rates.push(rate);
    if (this.rates.length > 2 * HALF) this.rates.shift();
    this.inARow = this.isLevel() ? this.inARow + 1 : 0;
    if (this.inARow >= IN_A_ROW) this.wasSteady = true;
  }

  /** Once true, it stays true: on a busy machine several threads are hardly ever all steady at the same moment. */
  get isSteady(): boolean {
    return this.wasSteady;
  }

  private isLevel(): boolean {
    if (this.rates.length < 2 * HALF) return false;
    const before = median(this.rates.slice(0, HALF));
    const after = median(this.rates.slice(HALF));
    return Math.abs(after - before) <= TOLERANCE * before;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
