import { Document, isSeq, visit } from 'yaml';
import { type Design, designSchema } from './schema';

const required = new Set(['name', 'board', 'path', 'packages']);

/** Writes a design as `prefix.yaml`: keys in the order of the schema, defaults left out, one entry a line. */
export function formatDesign(design: Design): string {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(designSchema.shape) as (keyof Design)[]) {
    const value = withoutDefaults(key, design[key]);
    if (value !== undefined) kept[key] = value;
  }
  const document = new Document(kept);
  visit(document, {
    Seq(_, node, path) {
      const insideList = path.some((parent) => isSeq(parent));
      if (insideList) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

const defaults = designSchema.parse({ name: 'x', board: 'amd64-usr', path: '/opt/x', packages: [] });

function withoutDefaults(key: keyof Design, value: Design[keyof Design]): unknown {
  if (required.has(key)) return value;
  if (JSON.stringify(value) === JSON.stringify(defaults[key])) return undefined;
  const isGroup = key === 'sources' || (key === 'sysext' && value !== false);
  if (!isGroup) return value;
  const normal = defaults[key] as Record<string, unknown>;
  const isOwn = ([name, inner]: [string, unknown]): boolean => JSON.stringify(inner) !== JSON.stringify(normal[name]);
  const own = Object.entries(value as object).filter(isOwn);
  // a level alone means Flatcar, so a target beside it is written whatever it is
  const { target } = value as { target?: string };
  const asksLevel = own.some(([name]) => name === 'match' || name === 'level');
  return Object.fromEntries(asksLevel && target !== undefined ? [['target', target], ...own] : own);
}

/** A design with every default, to begin an empty form with. */
export function emptyDesign(): Design {
  return designSchema.parse({ name: '', board: 'amd64-usr', path: '', packages: [] });
}
