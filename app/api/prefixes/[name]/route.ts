import { changePrefix, readPrefix, removePrefix } from '../../../../lib/runner';
import { bodyOf, route } from '../../respond';
import { updatePrefixBody } from '../../schemas';

interface Params {
  name: string;
}

export const GET = route<Params>(({ studio, home }, _request, { name }) => readPrefix(studio, name, home));

export const PUT = route<Params>(async ({ studio, home }, request, { name }) => {
  const { text, revision } = await bodyOf(request, updatePrefixBody);
  return changePrefix(studio, { name, text, revision: revision ?? null }, home, new Date());
});

export const DELETE = route<Params>(({ studio, home }, _request, { name }) => removePrefix(studio, name, home));
