const leastCovered = 25;

/** `lib/<folder>`, `app` or `components`: the rooms of the project. */
const roomOf = (path) =>
  path.startsWith('lib/')
    ? path
        .split('/')
        .slice(0, path.split('/').length > 2 ? 2 : 1)
        .join('/')
    : path.split('/')[0];

const countOf = (lines) => ({ all: lines.size, run: [...lines.values()].filter((hits) => hits > 0).length });
const percent = ({ all, run }) => `${(all === 0 ? 100 : (100 * run) / all).toFixed(1)} %`;

/** Prints lines and the share that ran by folder, then the files with the most lines that did not. */
export function printTable(files) {
  const rooms = new Map();
  const counts = [...files].map(([path, lines]) => ({ path, ...countOf(lines) }));
  for (const { path, all, run } of counts) {
    const room = rooms.get(roomOf(path)) ?? { all: 0, run: 0 };
    rooms.set(roomOf(path), { all: room.all + all, run: room.run + run });
  }
  print('folder', 'lines', 'run', 'share');
  for (const [room, count] of [...rooms].sort(([a], [b]) => a.localeCompare(b))) {
    print(room, count.all, count.run, percent(count));
  }
  process.stdout.write('\n');
  print('least covered', 'lines', 'not run', 'share');
  counts.sort((a, b) => b.all - b.run - (a.all - a.run));
  for (const count of counts.slice(0, leastCovered))
    print(count.path, count.all, count.all - count.run, percent(count));
}

function print(name, ...columns) {
  process.stdout.write(`${name.padEnd(48)}${columns.map((column) => String(column).padStart(9)).join('')}\n`);
}
