interface Look {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

/**
 * Questions that many ask at the same time, asked once: an answer is good for everybody who asks the same within `maxAgeMs`.
 * Fifty tabs that watch one build cost the database as much as one.
 */
export class SharedLooks {
  private readonly looks = new Map<string, Look>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  ask<T>(key: string, maxAgeMs: number, look: () => Promise<T>): Promise<T> {
    const known = this.looks.get(key);
    if (known && this.now() - known.at < maxAgeMs) return known.answer as Promise<T>;
    this.forgetOlderThan(maxAgeMs);
    const answer = look();
    this.looks.delete(key);
    this.looks.set(key, { at: this.now(), answer });
    return answer;
  }

  /** Entries stand in the order of their age. */
  private forgetOlderThan(ageMs: number): void {
    for (const [key, { at }] of this.looks) {
      if (this.now() - at < ageMs) return;
      this.looks.delete(key);
    }
  }
}
