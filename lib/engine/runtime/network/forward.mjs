// Passes bytes between 127.0.0.1:PORT of the sandbox and the socket behind which the engine judges: forward.mjs SOCKET PORT
// Says `ready` when it listens.
import { connect, createServer } from 'node:net';

const [socket, port] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (client) => {
  const outer = connect({ path: socket, allowHalfOpen: true });
  const pass = (from, to) => {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      // what was not read to its end was cut off
      if (!from.readableEnded) to.destroy();
    });
  };
  pass(client, outer);
  pass(outer, client);
});

server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
