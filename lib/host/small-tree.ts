import { closeSync, constants, lchownSync, lstatSync, openSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';

/** Beyond these a program of the machine does it: this process waits for nothing else meanwhile. */
const mostEntries = 400;
const mostDepth = 24;

/** Something that is not for this walk; whoever asked falls back to a program. */
class TooMuch extends Error {}

type Visit = (path: string, info: ReturnType<typeof lstatSync> & object) => void;

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Walks a folder of a stranger through open directories, contents before what holds them, so that no link is followed even
 * when somebody swaps a directory for one meanwhile. `path` that a visit gets goes through the open directory that holds it.
 */
class Walk {
  private left = mostEntries;

  constructor(
    private readonly device: number,
    private readonly visit: Visit,
  ) {}

  enter(directory: string, depth: number): void {
    if (depth > mostDepth) throw new TooMuch();
    const held = openSync(directory, directoryFlags);
    try {
      // names that are no text are left to the programs: they come back changed and are then not there
      for (const name of readdirSync(`/proc/self/fd/${held}`)) {
        this.left -= 1;
        if (this.left < 0) throw new TooMuch();
        const path = `/proc/self/fd/${held}/${name}`;
        const info = lstatSync(path);
        if (info.dev !== this.device) throw new TooMuch();
        if (info.isDirectory()) this.enter(path, depth + 1);
        this.visit(path, info);
      }
    } finally {
      closeSync(held);
    }
  }
}

/** False: it is too large, or something is in the way; some of it may have been visited. */
function walkSmall(path: string, visit: Visit): boolean {
  try {
    new Walk(lstatSync(path).dev, visit).enter(path, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes a directory that holds few things, in this process. Links are removed, never followed; other file systems are not
 * entered. False: it is not all gone, and a program has to go on.
 */
export function removeSmallTree(path: string): boolean {
  if (!walkSmall(path, (each, info) => (info.isDirectory() ? rmdirSync(each) : unlinkSync(each)))) return false;
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives what root owns in a directory that holds few things, and the directory itself. Links are changed themselves, never
 * followed. False: not all was given, and a program has to go on.
 */
export function giveSmallTree(path: string, uid: number, gid: number): boolean {
  const give: Visit = (each, info) => {
    if (info.uid === 0) lchownSync(each, uid, gid);
  };
  if (!walkSmall(path, give)) return false;
  give(path, lstatSync(path));
  return true;
}
