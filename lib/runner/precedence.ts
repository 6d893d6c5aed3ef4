/** Lets what is urgent go first: others wait at the gate while anything urgent is under way. */
export class Precedence {
  private urgent = 0;
  private readonly waiting: (() => void)[] = [];

  /** Something urgent begins. Returns what ends it; more than once does no harm. */
  begin(): () => void {
    this.urgent++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.urgent--;
      if (this.urgent === 0) for (const go of this.waiting.splice(0)) go();
    };
  }

  /** Passed when nothing urgent is under way. */
  async gate(): Promise<void> {
    while (this.urgent > 0) await new Promise<void>((go) => this.waiting.push(go));
  }
}
