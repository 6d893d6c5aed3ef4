import { readStarter } from '../../../../lib/runner';
import { route } from '../../respond';

export const GET = route<{ id: string }>((_server, _request, { id }) => readStarter(id));
