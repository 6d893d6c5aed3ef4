import type { TokenPipe } from './token-pipe';

/** Work that wants processors. */
export interface JobRequest {
  /** what has more is served first */
  readonly priority: number;
  /** processors that it can use at once; default: all */
  readonly most?: number;
  /** how it is given more than one; absent: it uses one */
  readonly pipe?: TokenPipe;
  /** null: it may start; else why not now */
  readonly mayStart?: () => string | null;
  /** told when it cannot start at once */
  readonly onWait?: () => void;
  /** told each time when the reason for waiting is another one */
  readonly onHold?: (reason: string) => void;
  readonly signal?: AbortSignal;
}

/** Processors that are being used. */
export interface JobShare {
  /** Tells whether it uses one processor at most now, and that not all the time: it configures, or installs. Default: no. */
  setSerial(isSerial: boolean): void;
  /** Gives back everything, also what was taken from the pipe and never returned. The pipe is left to whoever made it. */
  release(): void;
}

interface Share {
  readonly priority: number;
  readonly most: number;
  readonly pipe: TokenPipe | null;
  /** what is counted as in use: the first, what lies in the pipe, and what was taken from it */
  held: number;
  isSerial: boolean;
  /** looks in a row at which a token lay in the pipe untouched */
  idleRounds: number;
  /** tokens that came back since the last look */
  returned: number;
}

interface Waiter {
  readonly request: JobRequest;
  readonly start: (share: JobShare) => void;
  reason: string | null;
}

export interface JobPoolOptions {
  /** shares at once */
  readonly shares: number;
  /**
   * shares besides, when others are serial: two of these leave room for one, because each waits for the disk and its own
   * processes a quarter of its time; default: none
   */
  readonly moreWhenSerial?: number;
  /** how often tokens that nobody takes are moved to where they are wanted; 0: only when `round` is called */
  readonly roundEveryMs?: number;
}

const idleAfter = 2;

/**
 * Processors that may be handed out past who has waited longest; the next is for that one. A few, because what heads the
 * longest chain ends the build; not without end, because what waits has nothing at all.
 */
const mostPassings = 8;

/**
 * Tokens of one package that are dealt out between two looks, 40 ms. More jobs than that do not end; a package that writes
 * without end must not keep us busy.
 */
const mostReturns = 256;

/**
 * The processors of a machine, shared by packages. Each package that runs has one; tokens for more are laid into its own
 * pipe, which its make, ninja or cargo takes from. A pipe for each: a package can keep or forge tokens of its own pipe only, never
 * more than its share counts, and when it ends all of them come back. Tokens that lie untouched go to others, and each that
 * is given back is dealt out anew: by priority, but after a few of these it is the turn of who has waited longest.
 */
export class JobPool {
  private readonly shares = new Set<Share>();
  /** in the order in which they came */
  private readonly waiters: Waiter[] = [];
  /** processors handed out past who has waited longest, since one of those got one */
  private passings = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly total: number,
    private readonly options: JobPoolOptions,
  ) {}

  /** Tokens that nobody has; below 0 while there are more shares than processors. */
  get free(): number {
    let held = 0;
    for (const share of this.shares) held += share.held;
    return this.total - held;
  }

  /** Waits for a processor. Throws the signal's reason when it is aborted. */
  enter(request: JobRequest): Promise<JobShare> {
    return new Promise((resolve, reject) => {
      request.signal?.throwIfAborted();
      const leave = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(request.signal?.reason);
        this.keepTime();
      };
      const start = (share: JobShare): void => {
        request.signal?.removeEventListener('abort', leave);
        resolve(share);
      };
      const waiter: Waiter = { request, start, reason: null };
      request.signal?.addEventListener('abort', leave, { once: true });
      this.waiters.push(waiter);
      this.round();
      if (this.waiters.includes(waiter)) request.onWait?.();
    });
  }

  /** Looks what was taken and given back, and lays out what is free. */
  round(): void {
    this.collect();
    this.deal();
    this.keepTime();
  }

  /** Lays out what is free. */
  private deal(): void {
    // who gave away its own processor too must get one again
    for (const share of this.byPriority()) if (share.held === 0) this.lay(share);
    const [hungry, idle] = [this.takers(false), this.takers(true)];
    const wanting = [...hungry.map((share) => ({ share })), ...this.waiters.map((waiter) => ({ waiter }))];
    const priorityOf = (one: (typeof wanting)[number]): number =>
      'share' in one ? one.share.priority : one.waiter.request.priority;
    if (this.passings >= mostPassings) for (const waiter of [...this.waiters]) this.tryStart(waiter);
    for (const one of wanting.sort((a, b) => priorityOf(b) - priorityOf(a))) {
      if ('share' in one) this.lay(one.share);
      else if (this.waiters.includes(one.waiter)) this.tryStart(one.waiter);
    }
    for (const share of [...idle, ...hungry]) this.lay(share);
  }

  /** Tokens came back; answers whether more may before the next look. More than a share was given is forged. */
  private takeBack(share: Share, count: number): boolean {
    if (!this.shares.has(share)) return false;
    share.returned += count;
    share.idleRounds = 0;
    const real = Math.min(count, share.held);
    share.held -= real;
    for (let dealt = 0; dealt < real; dealt += 1) this.deal();
    return count === real && share.returned < mostReturns;
  }

  private byPriority(): readonly Share[] {
    return [...this.shares].sort((a, b) => b.priority - a.priority);
  }

  private takers(areIdle: boolean): readonly Share[] {
    return this.byPriority().filter(({ pipe, idleRounds }) => pipe !== null && idleRounds >= idleAfter === areIdle);
  }

  /** Tokens in the pipes come back; more than a share was given is forged and counts for nothing. */
  private collect(): void {
    for (const share of this.shares) {
      if (!share.pipe) continue;
      share.returned = 0;
      share.pipe.listen();
      const found = Math.min(share.pipe.drain(), share.held);
      share.held -= found;
      share.idleRounds = found > 0 ? share.idleRounds + 1 : 0;
    }
  }

  private lay(share: Share): void {
    if (!share.pipe || share.held >= share.most || this.free <= 0) return;
    if (share.held > 0 && this.hasRoom) this.passings += 1;
    share.held += 1;
    share.pipe.give(1);
  }

  /** May one that waits start as soon as there is a processor? */
  private get hasRoom(): boolean {
    return this.waiters.length > 0 && this.shares.size < this.options.shares + this.more;
  }

  /** Shares that may be there besides because others do not use their processor all the time. */
  private get more(): number {
    const serial = [...this.shares].filter(({ isSerial }) => isSerial).length;
    return Math.min(this.options.moreWhenSerial ?? 0, Math.floor(serial / 2));
  }

  private tryStart(waiter: Waiter): void {
    const { more } = this;
    if (this.free + more <= 0 || this.shares.size >= this.options.shares + more) return;
    const { request } = waiter;
    // when nothing runs, waiting would help nobody
    const reason = this.shares.size === 0 ? null : (request.mayStart?.() ?? null);
    if (reason !== null) {
      if (reason !== waiter.reason) request.onHold?.(reason);
      waiter.reason = reason;
      return;
    }
    const at = this.waiters.indexOf(waiter);
    this.waiters.splice(at, 1);
    this.passings = at === 0 || this.passings >= mostPassings ? 0 : this.passings + 1;
    const { priority, most = this.total, pipe = null } = request;
    const share: Share = {
      priority,
      most: Math.max(1, most),
      pipe,
      held: 1,
      isSerial: false,
      idleRounds: 0,
      returned: 0,
    };
    this.shares.add(share);
    pipe?.onReturn((count) => this.takeBack(share, count));
    waiter.start({
      setSerial: (isSerial) => {
        share.isSerial = isSerial;
      },
      release: () => {
        if (this.shares.delete(share)) this.round();
      },
    });
  }

  /** Time matters only while somebody may want what another has. */
  private keepTime(): void {
    const { roundEveryMs = 40 } = this.options;
    const matters = roundEveryMs > 0 && (this.waiters.length > 0 || this.shares.size > 0);
    if (!matters && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    }
    if (matters) this.timer ??= setInterval(() => this.round(), roundEveryMs).unref();
  }
}
