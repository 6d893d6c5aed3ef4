import { setTimeout as wait } from 'node:timers/promises';

/** How long a wrong token waits for its answer, and how many of one address may wait at once. */
const pauseMs = 1_000;
const mostWaiting = 16;

/** Slows down who guesses tokens. Who has the right one is slowed only if it is short, and the same address guesses at the same time. */
export class GuessBrake {
  private readonly waiting = new Map<string, number>();

  constructor(private readonly pause: () => Promise<unknown> = () => wait(pauseMs)) {}

  /** So many wrong tokens of this address wait for their answers that no more is looked at. */
  isHeld(address: string): boolean {
    return (this.waiting.get(address) ?? 0) >= mostWaiting;
  }

  async hold(address: string): Promise<void> {
    this.waiting.set(address, (this.waiting.get(address) ?? 0) + 1);
    await this.pause();
    const left = (this.waiting.get(address) ?? 1) - 1;
    if (left === 0) this.waiting.delete(address);
    else this.waiting.set(address, left);
  }
}
