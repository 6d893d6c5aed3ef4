import { readImage } from '../../../../../lib/runner';
import { route } from '../../../respond';

export const GET = route('GET /api/prefixes/{name}/image', ({ studio }, { params }) => readImage(studio, params.name));
