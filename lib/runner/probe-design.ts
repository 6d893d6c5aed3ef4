import { type Design, designSchema } from '../design/index';

/** A design that asks for nothing, to look into a tree with. */
export function probeDesign(tree: string): Design {
  return designSchema.parse({ name: 'probe', board: 'amd64-usr', path: '/opt/probe', packages: [], tree });
}
