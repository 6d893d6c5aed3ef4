import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections that a server holds at once, at most `most`. One more closes one of those on which no allowed request is
 * being answered: the oldest of the address that has most of them, strangers' before those of who was allowed something
 * earlier. Who holds many connections and shows no token so shuts out himself; when all are at work, the new one is closed.
 */
export class ConnectionRoom {
  private held = 0;
  private readonly strangers = new Shelf();
  private readonly idle = new Shelf();
  /** allowed requests that are being answered, by connection */
  private readonly working = new Map<Socket, number>();

  constructor(private readonly most: number) {}

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.held += 1;
      this.strangers.put(socket);
      socket.once('close', () => {
        this.held -= 1;
        this.leaveShelves(socket);
        this.working.delete(socket);
      });
      if (this.held > this.most) (this.strangers.next(socket) ?? this.idle.next() ?? socket).destroy();
    });
  }

  /** A request was allowed: its connection stays until the answer is complete. */
  work(socket: Socket, response: ServerResponse): void {
    this.leaveShelves(socket);
    this.working.set(socket, (this.working.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (this.working.get(socket) ?? 0) - 1;
      if (left > 0) this.working.set(socket, left);
      else if (this.working.delete(socket) && !socket.destroyed) this.idle.put(socket);
    });
  }

  private leaveShelves(socket: Socket): void {
    this.strangers.take(socket);
    this.idle.take(socket);
  }
}

/** Connections by address, oldest first. */
class Shelf {
  private readonly byAddress = new Map<string, Set<Socket>>();
  private readonly addresses = new Map<Socket, string>();

  put(socket: Socket): void {
    // a closed socket no longer knows it
    const address = socket.remoteAddress ?? '';
    this.addresses.set(socket, address);
    this.byAddress.set(address, (this.byAddress.get(address) ?? new Set()).add(socket));
  }

  take(socket: Socket): void {
    const address = this.addresses.get(socket);
    if (address === undefined) return;
    this.addresses.delete(socket);
    const fellows = this.byAddress.get(address);
    fellows?.delete(socket);
    if (fellows?.size === 0) this.byAddress.delete(address);
  }

  /** The one that goes next, which is not `newcomer`; taken off, as closing takes a moment. */
  next(newcomer?: Socket): Socket | undefined {
    let most: ReadonlySet<Socket> = new Set();
    for (const fellows of this.byAddress.values()) if (fellows.size > most.size) most = fellows;
    const [oldest] = most;
    if (oldest === undefined || oldest === newcomer) return undefined;
    this.take(oldest);
    return oldest;
  }
}
