/**
 * What a run of USE tokens does to flags: on, off, or nothing. `-*` puts all off, `prefix_*` and `-prefix_*` a group.
 * A fold answers for one flag at a time, so that a package pays only for the flags of its IUSE.
 */
export class FlagFold {
  private readonly flags = new Map<string, boolean>();
  private readonly prefixes = new Map<string, boolean>();
  private cleared = false;

  static of(tokens: readonly string[]): FlagFold {
    const fold = new FlagFold();
    fold.apply(tokens);
    return fold;
  }

  get isEmpty(): boolean {
    return !this.cleared && this.flags.size === 0 && this.prefixes.size === 0;
  }

  apply(tokens: readonly string[]): void {
    for (const token of tokens) {
      if (token === '-*') this.clear();
      else if (token.endsWith('_*')) {
        const off = token.startsWith('-');
        this.setPrefix(token.slice(off ? 1 : 0, -1), !off);
      } else if (token.startsWith('-')) this.flags.set(token.slice(1), false);
      else this.flags.set(token.startsWith('+') ? token.slice(1) : token, true);
    }
  }

  private clear(): void {
    this.flags.clear();
    this.prefixes.clear();
    this.cleared = true;
  }

  /** Puts all flags with a prefix (`python_targets_`) on or off. */
  setPrefix(prefix: string, value: boolean): void {
    for (const flag of this.flags.keys()) if (flag.startsWith(prefix)) this.flags.delete(flag);
    this.prefixes.set(prefix, value);
  }

  /** undefined: these tokens say nothing about the flag */
  get(flag: string): boolean | undefined {
    const own = this.flags.get(flag);
    if (own !== undefined) return own;
    if (this.prefixes.size > 0) {
      for (let at = flag.indexOf('_'); at > 0; at = flag.indexOf('_', at + 1)) {
        const group = this.prefixes.get(flag.slice(0, at + 1));
        if (group !== undefined) return group;
      }
    }
    return this.cleared ? false : undefined;
  }

  /** Flags that the tokens put on by name. */
  *enabled(): Iterable<string> {
    for (const [flag, value] of this.flags) if (value) yield flag;
  }

  /** All flags that are named. */
  named(): Iterable<string> {
    return this.flags.keys();
  }

  get clearsAll(): boolean {
    return this.cleared;
  }
}
