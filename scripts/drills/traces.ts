/** Lines that look like a frame of a stack: `    at name (file:1:2)`. Nobody but a developer may ever see one. */
export function stackFrames(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\s+at .*(?::\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line));
}

/** The first frame with the line before it, as a failure; none when there is no trace. */
export function traceFailures(where: string, text: string): readonly string[] {
  const [frame] = stackFrames(text);
  if (frame === undefined) return [];
  const lines = text.split('\n');
  const above = lines[lines.indexOf(frame) - 1] ?? '';
  return [`a stack trace in ${where}: ${above.trim().slice(0, 200)} | ${frame.trim().slice(0, 200)}`];
}
