export { type ContentsEntry, formatContents, parseContents } from './contents';
export { type ElfFacts, isElf, machineName, parseElf } from './elf';
export { InspectError, type InspectErrorCode } from './errors';
export { readElf, readElfFile } from './file-bytes';
export { openInRoot, resolveInRoot } from './inside';
export { loadOwners, type Owners } from './owners';
export { type FilePreview, previewFile } from './preview';
export { type ProofRequest, provePrefix } from './prove';
export { childrenOf, type FileEntry, type FileTree, scanTree, searchFiles } from './tree';
