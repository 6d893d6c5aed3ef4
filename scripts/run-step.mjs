import { spawn } from 'node:child_process';
import { project } from './bundle.mjs';

/**
 * Runs a program in the project's folder. `isQuiet`: keeps what it prints, so that steps side by side do not mix, and
 * answers it; else it is passed on as it comes and kept too. Answers the exit status, 1 for a signal.
 */
export function runProgram(program, args, { environment = {}, isQuiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let output = '';
    for (const [source, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      source.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (!isQuiet) target.write(text);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 1, output }));
  });
}
