import { editDesignText } from '../../../lib/runner';
import { route } from '../respond';

export const POST = route('POST /api/edits', (_server, { body: { text, edits } }) => editDesignText(text, edits));
