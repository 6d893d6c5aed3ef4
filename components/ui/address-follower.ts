/**
 * A value that is changed here at once and in the address later. The address answers late, sometimes with a value that was
 * left behind meanwhile: what comes back is only taken over when somebody else put it there (a link, the Back button).
 */
export class AddressFollower {
  /** written and not yet seen in the address, oldest first */
  private readonly underway: string[] = [];
  /** to be written still */
  private waiting: string | null = null;

  constructor(private seen: string) {}

  /** Notes what was typed or chosen. */
  change(value: string): void {
    this.waiting = value;
  }

  /** What is to be written now; null when the address has it or will have it. */
  take(): string | null {
    const value = this.waiting;
    this.waiting = null;
    if (value === null || value === (this.underway.at(-1) ?? this.seen)) return null;
    this.underway.push(value);
    return value;
  }

  /** The address has this value now. Returns whether it is news, which takes the place of what was typed. */
  arrives(value: string): boolean {
    if (value === this.seen) return false;
    this.seen = value;
    const own = this.underway.lastIndexOf(value);
    if (own >= 0) {
      this.underway.splice(0, own + 1);
      return false;
    }
    this.underway.length = 0;
    this.waiting = null;
    return true;
  }
}
