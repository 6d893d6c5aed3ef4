import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import { project } from '../bundle.mjs';

/**
 * Lines of our sources that ran in programs of ours: file → set of lines, counted from 1. Read from what Node leaves below
 * NODE_V8_COVERAGE, through the source maps that stand beside the bundles. A process that was killed leaves nothing.
 */
export function linesOfPrograms(folder) {
  const files = new Map();
  const maps = new Map();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.startsWith('coverage-')) continue;
    for (const script of resultOf(join(folder, name))) {
      const path = script.url.startsWith('file:') ? fileURLToPath(script.url) : script.url;
      if (!path.startsWith(join(project, 'dist', '/')) || !existsSync(`${path}.map`)) continue;
      if (!maps.has(path)) maps.set(path, pointsOf(path));
      addLines(files, maps.get(path), script.functions);
    }
  }
  return files;
}

/** A process that ended while it wrote leaves half a file. */
function resultOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).result;
  } catch {
    return [];
  }
}

/** Every mapping of a bundle as offset in the bundle, file and line of the source, by offset. */
function pointsOf(path) {
  const starts = [0];
  const text = readFileSync(path, 'utf8');
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const points = [];
  eachMapping(new TraceMap(readFileSync(`${path}.map`, 'utf8')), (mapping) => {
    if (!mapping.source || mapping.source.includes('node_modules/')) return;
    points.push({
      offset: starts[mapping.generatedLine - 1] + mapping.generatedColumn,
      file: relative(project, resolve(dirname(path), mapping.source)),
      line: mapping.originalLine,
    });
  });
  return { points, length: text.length };
}

/** What `run-whole.mjs` puts after a program; what it puts before is the rest of the difference in length. */
const tail = '\n})'.length;

/** V8 lists ranges from the outside in: the last that holds an offset says whether it ran. */
function addLines(files, { points, length }, functions) {
  const ranges = functions.flatMap((one) => one.ranges);
  const whole = Math.max(...ranges.map(({ endOffset }) => endOffset));
  const head = whole > length ? whole - length - tail : 0;
  const ran = new Uint8Array(whole);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  for (const { offset, file, line } of points) {
    if (!ran[offset + head]) continue;
    if (!files.has(file)) files.set(file, new Set());
    files.get(file).add(line);
  }
}
