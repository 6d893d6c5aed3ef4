import { eventsAddress, type StreamMessage, streamKinds } from '@/lib/api/stream';

/** What one component wants to hear. Positions are asked for when the stream is (re)opened, so none is ever stale. */
export interface StreamWish {
  readonly run?: { readonly id: string; readonly after: () => number };
  readonly log?: { readonly run: string; readonly package: string | null; readonly after: () => number };
  readonly onMessage: (message: StreamMessage) => void;
}

export type Connection = 'connecting' | 'open' | 'lost';

const reopenDelayMs = 1500;

/**
 * The one event stream of a tab. Components add and drop wishes; the stream is reopened once after a burst of changes.
 * The browser itself resumes after a break with the id it saw last.
 */
export class StreamHub {
  #wishes = new Map<symbol, StreamWish>();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #watchers = new Set<() => void>();
  #connection: Connection = 'connecting';

  get connection(): Connection {
    return this.#connection;
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  add(wish: StreamWish): () => void {
    const key = Symbol('wish');
    this.#wishes.set(key, wish);
    if (wish.run || wish.log || !this.#source) this.#reopen(10);
    return () => {
      this.#wishes.delete(key);
      if (this.#wishes.size === 0) this.#close();
      else if (wish.run || wish.log) this.#reopen(10);
    };
  }

  #reopen(delayMs: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), delayMs);
  }

  #close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
  }

  #open(): void {
    this.#close();
    const wishes = [...this.#wishes.values()];
    const runs = wishes.flatMap(({ run }) => (run ? [{ id: run.id, after: run.after() }] : []));
    const log = wishes.find((wish) => wish.log)?.log;
    const source = new EventSource(
      eventsAddress({
        runs,
        lists: true,
        ...(log && { log: { run: log.run, package: log.package, after: log.after() } }),
      }),
    );
    source.onopen = () => this.#say('open');
    source.onerror = () => {
      this.#say('lost');
      // A refused request closes the source for good; a broken connection is reopened by the browser.
      if (source.readyState === EventSource.CLOSED) this.#reopen(reopenDelayMs);
    };
    for (const kind of streamKinds) {
      source.addEventListener(kind, (event) => {
        const message = JSON.parse((event as MessageEvent<string>).data) as StreamMessage;
        for (const wish of this.#wishes.values()) wish.onMessage(message);
      });
    }
    this.#source = source;
  }

  #say(connection: Connection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    for (const watcher of this.#watchers) watcher();
  }
}
