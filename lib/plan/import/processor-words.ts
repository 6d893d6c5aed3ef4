/** Says of an option that what is compiled with it runs on the machine alone that compiled it: `-march=native`, `-C target-cpu=native`. */
const native = /(?:arch|cpu|tune)=native(?![\w.-])/;

/** Options of rustc whose value is the next word. */
const withNext = /^(?:-C|-Z|--codegen)$/;

/** The words of a value, and those that tie what is built to the processor of the machine that builds. */
export function withoutNative(words: readonly string[]): { kept: readonly string[]; native: readonly string[] } {
  const kept: string[] = [];
  const tied: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const next = words[at + 1] ?? '';
    if (native.test(word)) tied.push(word);
    else if (withNext.test(word) && native.test(next)) {
      tied.push(`${word} ${next}`);
      at++;
    } else kept.push(word);
  }
  return { kept, native: tied };
}

/** What every processor of a board has. */
const baseline = /=(?:x86-64|generic|armv8-a)$/;
const named = /(?:-march|-mcpu|target-cpu|mcpu)=\S|^-m(?:avx|sse3|ssse3|sse4|bmi|fma|f16c|lzcnt|popcnt|aes|amx)/;
const level = /^GO(?:AMD64|ARM64)$/;
const lowestLevel = /^v(?:1|8\.0)$/;

/** The words of a variable that name a processor newer than the oldest of the board. */
export function newerProcessor(name: string, words: readonly string[]): readonly string[] {
  if (level.test(name)) return words.filter((word) => !lowestLevel.test(word));
  if (/^CPU_FLAGS_/.test(name)) return words.filter((word) => !/^(?:-|(?:mmx|mmxext|sse|sse2)$)/.test(word));
  return words.filter((word) => named.test(word) && !baseline.test(word));
}
