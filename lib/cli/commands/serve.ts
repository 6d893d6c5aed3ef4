import { dataHome } from '../../home';
import { makeWritableFolder } from '../../host/writable-folder';
import { type Command, numberOf, textOf, UsageError } from '../command';
import { serve } from '../serve';

export const command: Command = {
  usage: 'serve [--host ADDRESS] [--port N]',
  description: `Serves the web app until Ctrl-C and prints its address. Builds that were interrupted resume.

It listens on this machine only. With another --host it is reachable from the network and wants the token that it prints
(PREFIX_STUDIO_TOKEN sets one, or the file that PREFIX_STUDIO_TOKEN_FILE names).`,
  help: {
    '--host ADDRESS': 'address to listen on (127.0.0.1)',
    '--port N': 'port to listen on (7780, or the next that is free)',
  },
  options: { host: { type: 'string' }, port: { type: 'string' } },
  arguments: { least: 0, most: 0 },
  async run({ values, isJson, terminal }) {
    const host = textOf(values, 'host') ?? '127.0.0.1';
    const port = numberOf(values, 'port', { least: 0, most: 65_535 });
    try {
      makeWritableFolder(dataHome(), 'starting the server');
      const tell = (url: string): void => terminal.out(isJson ? JSON.stringify({ url }) : url);
      await serve({ host, port: port ?? 7780, mayMove: port === undefined }, tell, terminal.err);
      return 0;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE')
        throw new UsageError(`Port ${port} on ${host} is taken. Leave --port out to use a free one.`);
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
        throw new UsageError(`\`${host}\` is not an address of this machine.`);
      if (code === 'EACCES') throw new UsageError(`This user may not open port ${port}; choose one above 1023.`);
      throw error;
    }
  },
};
