import { editDesignText } from '../../../lib/runner';
import { bodyOf, route } from '../respond';
import { applyEditsBody } from '../schemas';

export const POST = route(async (_server, request) => {
  const { text, edits } = await bodyOf(request, applyEditsBody);
  return editDesignText(text, edits);
});
