import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { designJsonSchema } from '../lib/design/schema';

writeFileSync(join(process.cwd(), 'public/prefix.schema.json'), `${JSON.stringify(designJsonSchema(), null, 2)}\n`);
