import { callCommand, quoted } from '../../platform/call_command.ts';
import { LabError } from '../../platform/error.ts';
import { formatDuration } from '../../platform/units.ts';
import type { QueueAddress } from './queue_address.ts';

const NS_PER_MS = 1e6;
/** Workers that start together with the producer need a moment. */
const TELL_AFTER_MS = 4000;

interface PatienceAsked {
  readonly folder: string;
  readonly address: QueueAddress;
  /** So long there may be no worker. */
  readonly waitMs: number;
  readonly tell: (text: string) => void;
}

/** Waits for workers, but not for ever. */
export class Patience {
  private readonly asked: PatienceAsked;
  private seenMs = performance.now();
  private told = false;

  constructor(asked: PatienceAsked) {
    this.asked = asked;
  }

  /** @param workers that are connected now @throws `QueueFailed` where there was none for too long */
  see(workers: number): void {
    const now = performance.now();
    if (workers > 0) {
      this.seenMs = now;
      this.told = false;
      return;
    }
    const { folder, address, waitMs, tell } = this.asked;
    const start = `start one with: ${callCommand()} campaign work ${quoted(folder)} --queue ${quoted(address.shown)}`;
    if (now - this.seenMs >= waitMs) {
      const time = formatDuration(waitMs * NS_PER_MS);
      throw new LabError('QueueFailed', `no worker was at the queue ${address.shown} for ${time}: ${start}`);
    }
    if (this.told || now - this.seenMs < TELL_AFTER_MS) return;
    this.told = true;
    tell(`no worker is at the queue ${address.shown}: ${start}`);
  }
}
