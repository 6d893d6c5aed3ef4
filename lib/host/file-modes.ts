/** What the user who started the program keeps from others, as umask(2) tells it. */
let asked = 0o022;

/**
 * Entry points call it first. The modes of what is built must not depend on who started the program: a `/opt` of mode 0700
 * in an image shuts out every user of the target. Portage does the same. Children inherit it.
 */
export function settleFileModes(): void {
  asked = process.umask(0o022);
}

/** Mode of a folder that is for this user's own use, such as the data folder: the user's umask holds for it. */
export function ownFolderMode(): number {
  return 0o777 & ~asked;
}
