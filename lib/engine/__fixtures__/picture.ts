import { execFileSync } from 'node:child_process';

/** What trees of names, modes, owners, links and contents look like, as one text: equal before and after, nothing changed. */
export const pictureOf = (...folders: readonly string[]): string =>
  execFileSync(
    'sh',
    [
      '-c',
      'for folder; do cd "$folder" && find . -printf "%p %m %U %s %l %n\\n" | sort; grep -rsa . .; done; true',
      'sh',
      ...folders,
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
