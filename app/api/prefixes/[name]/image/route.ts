import { readImage } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route<{ name: string }>(({ studio }, _request, { name }) => readImage(studio, name));
