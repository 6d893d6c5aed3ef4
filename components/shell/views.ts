import {
  Disc3,
  FileCode2,
  FolderTree,
  Hammer,
  HousePlus,
  type LucideIcon,
  Rows3,
  ShieldCheck,
  Sprout,
  Waypoints,
} from 'lucide-react';

export interface WorkspaceView {
  /** path segment below `/p/<name>`; '' is the first view */
  readonly segment: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The views of a prefix, in the order of the work. */
export const viewsOfWorkspace: readonly WorkspaceView[] = [
  { segment: '', label: 'Design', icon: FileCode2 },
  { segment: 'graph', label: 'Graph', icon: Waypoints },
  { segment: 'bootstrap', label: 'Bootstrap', icon: Sprout },
  { segment: 'overlay', label: 'Overlay', icon: HousePlus },
  { segment: 'layout', label: 'Layout', icon: Rows3 },
  { segment: 'checks', label: 'Checks', icon: ShieldCheck },
  { segment: 'builds', label: 'Builds', icon: Hammer },
  { segment: 'files', label: 'Files', icon: FolderTree },
  { segment: 'image', label: 'Image', icon: Disc3 },
];

export const workspaceHref = (name: string, segment: string): string =>
  `/p/${encodeURIComponent(name)}${segment === '' ? '' : `/${segment}`}`;
